from django.urls import path

from annotations.results import (
    comparison_views,
    gradient_views,
    map_views,
    section_views,
    spectra_views,
    views,
)

app_name = "results"
urlpatterns = [
    path("projects/<int:project_id>/results/", views.table, name="table"),
    path("projects/<int:project_id>/results/table.csv", views.download, name="download"),
    path("projects/<int:project_id>/results/map/", map_views.sample_pies, name="map"),
    path("projects/<int:project_id>/results/map/samples.csv", map_views.download, name="map_table"),
    path("projects/<int:project_id>/results/compare/", comparison_views.compare, name="compare"),
    path(
        "projects/<int:project_id>/results/compare/dissimilarities.csv",
        comparison_views.dissimilarities,
        name="dissimilarities",
    ),
    path(
        "projects/<int:project_id>/results/compare/samples.csv",
        comparison_views.points,
        name="compared_samples",
    ),
    path("projects/<int:project_id>/results/sections/", section_views.sections, name="sections"),
    path(
        "projects/<int:project_id>/results/sections/table.csv", section_views.download, name="section_table"
    ),
    path("projects/<int:project_id>/results/gradients/", gradient_views.gradients, name="gradients"),
    path(
        "projects/<int:project_id>/results/gradients/table.csv",
        gradient_views.download,
        name="gradient_table",
    ),
    path("projects/<int:project_id>/results/spectra/", spectra_views.spectra, name="spectra"),
    path(
        "projects/<int:project_id>/results/spectra/classes.csv",
        spectra_views.classes,
        name="spectrum_classes",
    ),
    path(
        "projects/<int:project_id>/results/spectra/slopes.csv", spectra_views.slopes, name="spectrum_slopes"
    ),
]
