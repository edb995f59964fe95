from django.urls import path

from annotations.pulls import views

app_name = "pulls"
urlpatterns = [
    path("projects/<int:project_id>/ecotaxa/", views.new, name="new"),
    path("projects/<int:project_id>/ecotaxa/start/", views.start, name="start"),
    path("projects/<int:project_id>/ecotaxa/<int:import_id>/", views.again, name="again"),
]
