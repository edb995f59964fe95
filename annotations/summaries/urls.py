from django.urls import path

from annotations.summaries import views

app_name = "summaries"
urlpatterns = [
    path("projects/<int:project_id>/trait-tables/", views.trait_tables, name="traits"),
    path("projects/<int:project_id>/trait-tables/table.csv", views.download, name="download"),
]
