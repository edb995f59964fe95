from django.urls import path

from annotations.metadata import deleting_views, row_views, views

app_name = "metadata"
SAMPLES = "projects/<int:project_id>/samples/"
CORRECTION = f"{SAMPLES}corrections/<int:correction_id>/"
ROWS = "projects/<int:project_id>/tables/<slug:level>/"
urlpatterns = [
    path(ROWS, row_views.rows, name="rows"),
    path(f"{ROWS}<int:row_id>/", row_views.row_cell, name="row_cell"),
    path(f"{ROWS}plan/", row_views.plan_rows, name="plan_rows"),
    path(f"{ROWS}table.csv", row_views.download_rows, name="download_rows"),
    path(f"{ROWS}table/", row_views.take_rows, name="take_rows"),
    path(SAMPLES, views.samples, name="samples"),
    path(f"{SAMPLES}<int:sample_id>/", views.cell, name="cell"),
    path(f"{SAMPLES}plan/", views.plan, name="plan"),
    path(f"{SAMPLES}delete/", deleting_views.delete_samples, name="delete_samples"),
    path(f"{SAMPLES}table.csv", views.download, name="download"),
    path(f"{SAMPLES}table/", views.table, name="table"),
    path(f"{SAMPLES}corrections/", views.corrections, name="corrections"),
    path(CORRECTION, views.correction, name="correction"),
    path(f"{CORRECTION}apply/", views.apply, name="apply"),
    path(f"{CORRECTION}undo/", views.undo, name="undo"),
]
