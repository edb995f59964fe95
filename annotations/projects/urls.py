from django.urls import path

from annotations.projects import views

app_name = "projects"
urlpatterns = [
    path("projects/new/", views.new, name="new"),
    path("projects/<int:project_id>/settings/", views.settings, name="settings"),
    path("projects/<int:project_id>/members/", views.set_member, name="set_member"),
    path("projects/<int:project_id>/members/<int:user_id>/remove/", views.drop_member, name="drop_member"),
]
