from django.urls import path

from annotations.deletions import views

app_name = "deletions"
urlpatterns = [
    path("projects/bin/", views.deleted_projects, name="bin"),
    path("projects/<int:project_id>/settings/delete/", views.delete, name="delete"),
    path("projects/<int:project_id>/restore/", views.restore, name="restore"),
]
