from django.urls import path

from annotations.maps import views

app_name = "maps"
urlpatterns = [
    path("projects/<int:project_id>/map/", views.page, name="map"),
    path("projects/<int:project_id>/map/axes/", views.axes, name="axes"),
    path("projects/<int:project_id>/map/start/", views.start, name="start"),
    path("projects/<int:project_id>/map/points/", views.points, name="points"),
    path("projects/<int:project_id>/map/pictures/", views.pictures, name="pictures"),
]
