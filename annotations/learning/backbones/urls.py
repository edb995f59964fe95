from django.urls import path

from annotations.learning.backbones import package_views, views

app_name = "backbones"
urlpatterns = [
    path("backbones/", views.listing, name="list"),
    path("backbones/new/", views.new, name="new"),
    path("backbones/import/", package_views.import_backbone, name="import"),
    path("backbones/exports/<int:job_id>/", package_views.download, name="download"),
    path("backbones/<int:backbone_id>/", views.detail, name="detail"),
    path("backbones/<int:backbone_id>/change/", views.change, name="change"),
    path("backbones/<int:backbone_id>/export/", package_views.export, name="export"),
]
