from django.urls import path

from annotations.taxon_traits import views

app_name = "taxon_traits"
urlpatterns = [
    path("taxon-traits/", views.listed, name="list"),
    path("taxon-traits/new/", views.new, name="new"),
    path("taxon-traits/<int:taxon_trait_id>/", views.detail, name="detail"),
    path("taxon-traits/<int:taxon_trait_id>/match/", views.match, name="match"),
]
