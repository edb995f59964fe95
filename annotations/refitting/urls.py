from django.urls import path

from annotations.refitting import views

app_name = "refitting"
urlpatterns = [path("projects/<int:project_id>/learning/", views.switch, name="switch")]
