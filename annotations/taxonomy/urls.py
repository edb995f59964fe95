from django.urls import path

from annotations.taxonomy import creation, views

app_name = "taxonomy"
urlpatterns = [
    path("taxa/", views.tree, name="tree"),
    path("taxa/complete/", views.complete_taxa, name="complete"),
    path("taxa/new/", creation.new, name="new"),
    path("projects/<int:project_id>/taxa/new/", creation.new, name="new_in_project"),
    path("taxa/import/", views.import_table, name="import"),
    path("taxa/<int:taxon_id>/", views.taxon, name="taxon"),
    path("taxa/edits/<int:edit_id>/undo/", views.undo, name="undo"),
    path("taxa/<int:taxon_id>/status/", views.status, name="status"),
    path("taxa/<int:taxon_id>/synonyms/", views.synonym, name="synonym"),
    path("projects/<int:project_id>/taxa/presets/", views.presets, name="presets"),
    path("taxa/synonyms/<int:synonym_id>/remove/", views.drop_synonym, name="drop_synonym"),
]
