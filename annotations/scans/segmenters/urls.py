from django.urls import path

from annotations.scans.segmenters import views

app_name = "segmenters"
urlpatterns = [
    path("projects/<int:project_id>/segmenters/", views.listing, name="list"),
    path("projects/<int:project_id>/segmenters/new/", views.new, name="new"),
    path("segmenters/<int:segmenter_id>/", views.detail, name="detail"),
    path("segmenters/<int:segmenter_id>/change/", views.change, name="change"),
]
