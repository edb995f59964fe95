from django.urls import path

from annotations.metadata import correction_views, deleting_views, package_views, views

app_name = "metadata"
SAMPLES = "projects/<int:project_id>/samples/"
CORRECTION = f"{SAMPLES}corrections/<int:correction_id>/"
UPDATE = "projects/<int:project_id>/updates/<int:update_id>/"
ROWS = "projects/<int:project_id>/tables/<slug:level>/"
OF_SAMPLES = {"level": "samples"}  # whose table has a shorter address
urlpatterns = [
    path(ROWS, views.rows, name="rows"),
    path(f"{ROWS}<int:row_id>/", views.cell, name="row_cell"),
    path(f"{ROWS}plan/", views.plan, name="plan_rows"),
    path(f"{ROWS}table.csv", views.download, name="download_rows"),
    path(f"{ROWS}table/", views.take_file, name="take_rows"),
    path(SAMPLES, views.rows, OF_SAMPLES, name="samples"),
    path(f"{SAMPLES}<int:row_id>/", views.cell, OF_SAMPLES, name="cell"),
    path(f"{SAMPLES}plan/", views.plan, OF_SAMPLES, name="plan"),
    path(f"{SAMPLES}delete/", deleting_views.delete_samples, name="delete_samples"),
    path(f"{SAMPLES}table.csv", views.download, OF_SAMPLES, name="download"),
    path(f"{SAMPLES}table/", views.take_file, OF_SAMPLES, name="table"),
    path(f"{SAMPLES}corrections/", correction_views.corrections, name="corrections"),
    path(CORRECTION, correction_views.correction, name="correction"),
    path(f"{CORRECTION}apply/", correction_views.apply, name="apply"),
    path(UPDATE, package_views.package_update, name="package_update"),
    path(f"{UPDATE}apply/", package_views.apply_package_update, name="apply_package_update"),
    path(f"{UPDATE}undo/", package_views.undo_package_update, name="undo_package_update"),
    path(f"{CORRECTION}undo/", correction_views.undo, name="undo"),
]
