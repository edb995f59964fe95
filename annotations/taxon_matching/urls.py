from django.urls import path

from annotations.taxon_matching import views

app_name = "taxon_matching"
urlpatterns = [
    path("taxa/merges/", views.merges, name="merges"),
    path("taxa/merges/<int:merge_id>/undo/", views.undo, name="undo_merge"),
    path("taxa/<int:taxon_id>/merge/", views.merge, name="merge"),
    path("projects/<int:project_id>/names/", views.names, name="names"),
    path("projects/<int:project_id>/names/settle/", views.settle_many, name="settle_many"),
    path("projects/<int:project_id>/names/proposed/", views.proposed, name="proposed"),
    path("projects/<int:project_id>/names/<int:name_id>/", views.settle, name="settle"),
    path(
        "projects/<int:project_id>/names/settlings/<int:settling_id>/undo/",
        views.undo_settled,
        name="undo_settling",
    ),
]
