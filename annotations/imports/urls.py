from django.urls import path

from annotations.imports import origin_views, views
from annotations.imports.mappings import views as mapping_views

app_name = "imports"
MAPPINGS = "projects/<int:project_id>/mappings/"
MAPPING = f"{MAPPINGS}<int:mapping_id>/"
urlpatterns = [
    path("projects/<int:project_id>/import/", views.new, name="new"),
    path("projects/<int:project_id>/import/<int:import_id>/", views.again, name="again"),
    path("projects/<int:project_id>/import/url/", origin_views.from_url, name="from_url"),
    path("projects/<int:project_id>/import/from/<str:place>/", origin_views.from_place, name="from_place"),
    path(MAPPINGS, mapping_views.mappings, name="mappings"),
    path(MAPPING, mapping_views.mapping, name="mapping"),
    path(f"{MAPPING}file/", mapping_views.mapping_file, name="mapping_file"),
    path(f"{MAPPING}settle/", mapping_views.settle_mapped, name="settle_mapped"),
    path(f"{MAPPING}delete/", mapping_views.remove_mapping, name="remove_mapping"),
    path(
        f"{MAPPING}entries/<int:entry_id>/delete/",
        mapping_views.remove_mapping_entry,
        name="remove_mapping_entry",
    ),
]
