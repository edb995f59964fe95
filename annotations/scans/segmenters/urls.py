from django.urls import path

from annotations.scans.segmenters import package_views, views

app_name = "segmenters"
urlpatterns = [
    path("projects/<int:project_id>/segmenters/", views.listing, name="list"),
    path("projects/<int:project_id>/segmenters/new/", views.new, name="new"),
    path("projects/<int:project_id>/segmenters/import/", package_views.import_segmenter, name="import"),
    path("segmenters/exports/<int:job_id>/", package_views.download, name="download"),
    path("segmenters/<int:segmenter_id>/", views.detail, name="detail"),
    path("segmenters/<int:segmenter_id>/export/", package_views.export, name="export"),
    path("segmenters/<int:segmenter_id>/change/", views.change, name="change"),
]
