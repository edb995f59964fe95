from django.urls import path

from annotations.results import views

app_name = "results"
urlpatterns = [
    path("projects/<int:project_id>/results/", views.table, name="table"),
    path("projects/<int:project_id>/results/table.csv", views.download, name="download"),
]
