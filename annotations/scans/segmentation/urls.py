from django.urls import path

from annotations.scans.segmentation import views

app_name = "segmentation"
RECIPES = "projects/<int:project_id>/segmentation-recipes/"
RUNS = "projects/<int:project_id>/segmentations/"
urlpatterns = [
    path(RECIPES, views.recipes, name="recipes"),
    path(f"{RECIPES}new/", views.new_recipe, name="new_recipe"),
    path(f"{RECIPES}<int:recipe_id>/", views.recipe, name="recipe"),
    path("projects/<int:project_id>/scans/<int:scan_id>/segment/", views.trial, name="trial"),
    path(RUNS, views.runs, name="runs"),
    path(f"{RUNS}<int:run_id>/", views.run, name="run"),
    path(f"{RUNS}<int:run_id>/apply/", views.apply, name="apply"),
]
