from django.urls import path

from annotations.gallery.views import (
    bench,
    counts,
    deleting,
    filters,
    neighbours,
    resetting,
    saved_views,
    touring,
)

app_name = "gallery"
urlpatterns = [
    path("projects/<int:project_id>/", bench.bench, name="bench"),
    path("projects/<int:project_id>/vignettes/", bench.objects, name="objects"),
    path("projects/<int:project_id>/filters/", filters.filters, name="filters"),
    path("projects/<int:project_id>/tour/", touring.tour, name="tour"),
    path("projects/<int:project_id>/delete/", deleting.delete, name="delete"),
    path("projects/<int:project_id>/reset/", resetting.reset, name="reset"),
    path("projects/<int:project_id>/views/", saved_views.keep_view, name="keep_view"),
    path("projects/<int:project_id>/views/<int:view_id>/remove/", saved_views.drop_view, name="drop_view"),
    path("projects/<int:project_id>/panel/", counts.panel, name="panel"),
    path("projects/<int:project_id>/panel/trait/", counts.trait_counts, name="trait_counts"),
    path("projects/<int:project_id>/vignettes/<int:object_id>/", bench.detail, name="detail"),
    path(
        "projects/<int:project_id>/vignettes/<int:object_id>/neighbours/",
        neighbours.neighbours,
        name="neighbours",
    ),
]
