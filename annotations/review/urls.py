from django.urls import path

from annotations.review import views

app_name = "review"
urlpatterns = [
    path("projects/<int:project_id>/review/", views.queue, name="queue"),
    path("projects/<int:project_id>/review/taxa/", views.taxa, name="taxa"),
]
