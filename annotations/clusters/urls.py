from django.urls import path

from annotations.clusters import tree_views, views

app_name = "clusters"
urlpatterns = [
    path("projects/<int:project_id>/clusters/", views.clusters, name="list"),
    path("projects/<int:project_id>/clusters/start/", views.start, name="start"),
    path("projects/<int:project_id>/clusters/merge/", views.merge, name="merge"),
    path(
        "projects/<int:project_id>/clusterings/<int:clustering_id>/delete/",
        views.delete,
        name="delete",
    ),
    path("projects/<int:project_id>/clusters/tree/", tree_views.tree, name="tree"),
    path("projects/<int:project_id>/clusters/<int:cluster_id>/", views.cluster, name="cluster"),
]
