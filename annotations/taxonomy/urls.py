from django.urls import path

from annotations.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("complete/", views.complete_taxa, name="complete"),
    path("import/", views.import_table, name="import"),
    path("<int:taxon_id>/", views.taxon, name="taxon"),
    path("<int:taxon_id>/status/", views.status, name="status"),
    path("<int:taxon_id>/synonyms/", views.synonym, name="synonym"),
    path("synonyms/<int:synonym_id>/remove/", views.drop_synonym, name="drop_synonym"),
]
