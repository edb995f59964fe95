from django.urls import path

from annotations.metadata import views

app_name = "metadata"
SAMPLES = "projects/<int:project_id>/samples/"
CORRECTION = f"{SAMPLES}corrections/<int:correction_id>/"
urlpatterns = [
    path(SAMPLES, views.samples, name="samples"),
    path(f"{SAMPLES}<int:sample_id>/", views.cell, name="cell"),
    path(f"{SAMPLES}plan/", views.plan, name="plan"),
    path(f"{SAMPLES}table.csv", views.download, name="download"),
    path(f"{SAMPLES}table/", views.table, name="table"),
    path(f"{SAMPLES}corrections/", views.corrections, name="corrections"),
    path(CORRECTION, views.correction, name="correction"),
    path(f"{CORRECTION}apply/", views.apply, name="apply"),
    path(f"{CORRECTION}undo/", views.undo, name="undo"),
]
