from django.urls import path

from annotations.moving import views

app_name = "moving"
urlpatterns = [
    path("projects/<int:project_id>/move/", views.move, name="move"),
    path("projects/<int:project_id>/moves/", views.moves, name="moves"),
]
