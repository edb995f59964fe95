from django.urls import path

from annotations.effort import views

app_name = "effort"
urlpatterns = [
    path("projects/<int:project_id>/effort/", views.report, name="report"),
    path("projects/<int:project_id>/effort/start/", views.start, name="start"),
]
