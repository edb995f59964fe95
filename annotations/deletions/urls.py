from django.urls import path

from annotations.deletions import object_views, views

app_name = "deletions"
BIN = "projects/<int:project_id>/bin/"
urlpatterns = [
    path("projects/bin/", views.deleted_projects, name="bin"),
    path("projects/<int:project_id>/settings/delete/", views.delete, name="delete"),
    path("projects/<int:project_id>/restore/", views.restore, name="restore"),
    path(BIN, object_views.deleted_objects, name="objects"),
    path(f"{BIN}<int:deletion_id>/restore/", object_views.restore, name="restore_objects"),
    path(f"{BIN}<int:deletion_id>/delete/", object_views.purge, name="purge"),
]
