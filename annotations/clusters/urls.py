from django.urls import path

from annotations.clusters import views

app_name = "clusters"
urlpatterns = [
    path("projects/<int:project_id>/clusters/", views.clusters, name="list"),
    path("projects/<int:project_id>/clusters/start/", views.start, name="start"),
    path("projects/<int:project_id>/clusters/merge/", views.merge, name="merge"),
    path("projects/<int:project_id>/clusters/<int:cluster_id>/", views.cluster, name="cluster"),
]
