from django.urls import path

from annotations.abundance import views

app_name = "abundance"
urlpatterns = [
    path("projects/<int:project_id>/abundance/", views.table, name="table"),
    path("projects/<int:project_id>/abundance/download/", views.download, name="download"),
    path("projects/<int:project_id>/validation-plans/", views.plans, name="plans"),
]
