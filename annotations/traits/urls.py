from django.urls import path

from annotations.traits import views

app_name = "traits"
urlpatterns = [
    path("projects/<int:project_id>/traits/", views.listed, name="list"),
    path("projects/<int:project_id>/traits/new/", views.new, name="new"),
    path("projects/<int:project_id>/traits/adopt/", views.adopt, name="adopt"),
    path("projects/<int:project_id>/traits/<int:trait_id>/", views.edit, name="edit"),
    path(
        "projects/<int:project_id>/traits/<int:trait_id>/examples/<int:object_id>/",
        views.example,
        name="example",
    ),
    path("projects/<int:project_id>/traits/<int:trait_id>/retire/", views.retire, name="retire"),
]
