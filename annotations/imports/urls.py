from django.urls import path

from annotations.imports import views

app_name = "imports"
urlpatterns = [
    path("projects/<int:project_id>/import/", views.new, name="new"),
    path("projects/<int:project_id>/import/<int:import_id>/", views.again, name="again"),
]
