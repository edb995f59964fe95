from django.urls import path

from annotations.measurements import views

app_name = "measurements"
urlpatterns = [
    path("projects/<int:project_id>/measure/", views.start, name="start"),
]
