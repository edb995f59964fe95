from django.urls import path

from annotations.assignments import views

app_name = "assignments"
urlpatterns = [
    path("projects/<int:project_id>/progress/", views.progress, name="progress"),
    path("projects/<int:project_id>/progress/assign/", views.distribute, name="distribute"),
    path("projects/<int:project_id>/progress/<str:name>.csv", views.table, name="table"),
]
