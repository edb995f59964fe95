from django.urls import path

from annotations.regroupings import views

app_name = "regroupings"
OF_PROJECT = "projects/<int:project_id>/regroupings/"
OF_ONE = f"{OF_PROJECT}<int:regrouping_id>/"
urlpatterns = [
    path(OF_PROJECT, views.listed, name="list"),
    path(f"{OF_PROJECT}new/", views.new, name="new"),
    path(f"{OF_PROJECT}from-table/", views.from_table, name="from_table"),
    path(OF_ONE, views.detail, name="detail"),
    path(f"{OF_ONE}groups/", views.groups, name="groups"),
    path(f"{OF_ONE}rows/", views.rows, name="rows"),
    path(f"{OF_ONE}retire/", views.retire, name="retire"),
    path(f"{OF_ONE}table.csv", views.download, name="download"),
]
