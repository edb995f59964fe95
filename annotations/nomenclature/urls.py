from django.urls import path

from annotations.nomenclature import views

app_name = "nomenclature"
urlpatterns = [
    path("projects/<int:project_id>/names/", views.names, name="names"),
    path("projects/<int:project_id>/names/<int:name_id>/", views.settle, name="settle"),
]
