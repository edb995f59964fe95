from django.urls import path

from annotations.volumes import views

app_name = "volumes"
urlpatterns = [path("projects/<int:project_id>/volumes/", views.settings, name="settings")]
