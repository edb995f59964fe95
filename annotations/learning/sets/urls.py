from django.urls import path

from annotations.learning.sets import views

app_name = "learning_sets"
urlpatterns = [
    path("learning-sets/", views.listing, name="list"),
    path("learning-sets/new/", views.new, name="new"),
    path("learning-sets/new/choices/", views.choices, name="choices"),
    path("learning-sets/new/preview/", views.preview, name="preview"),
    path("learning-sets/new/sheet/<int:taxon_id>/", views.sheet, name="sheet"),
    path("learning-sets/compare/", views.compare, name="compare"),
    path("learning-sets/<int:set_id>/", views.detail, name="detail"),
    path("learning-sets/<int:set_id>/download/", views.download, name="download"),
]
