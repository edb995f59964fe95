from django.urls import path

from annotations.readings import settling_views, views

app_name = "readings"
urlpatterns = [
    path("projects/<int:project_id>/readings/", views.listing, name="list"),
    path("projects/<int:project_id>/readings/new/", views.new, name="new"),
    path("projects/<int:project_id>/readings/<int:reading_id>/", views.read, name="read"),
    path("projects/<int:project_id>/readings/<int:reading_id>/submit/", views.submit_choices, name="submit"),
    path("projects/<int:project_id>/readings/<int:reading_id>/close/", views.close, name="close"),
    path("projects/<int:project_id>/readings/<int:reading_id>/figures/", views.figures, name="figures"),
    path("projects/<int:project_id>/readings/<int:reading_id>/agreed/", views.accept_agreed, name="agreed"),
    path(
        "projects/<int:project_id>/readings/<int:reading_id>/settle/", settling_views.settling, name="settle"
    ),
]
