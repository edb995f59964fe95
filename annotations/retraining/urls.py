from django.urls import path

from annotations.retraining import views

app_name = "retraining"
urlpatterns = [
    path("projects/<int:project_id>/retraining/", views.retraining, name="list"),
    path("projects/<int:project_id>/retraining/start/", views.start, name="start"),
]
