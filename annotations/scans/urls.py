from django.urls import path

from annotations.scans import origin_views, views

app_name = "scans"
SCANS = "projects/<int:project_id>/scans/"
SCAN = f"{SCANS}<int:scan_id>/"
urlpatterns = [
    path(SCANS, views.scans, name="list"),
    path(f"{SCANS}acquisitions/<int:acquisition_id>/", views.acquisition, name="acquisition"),
    path(f"{SCANS}new/", views.new, name="new"),
    path(f"{SCANS}new/url/", origin_views.from_url, name="from_url"),
    path(f"{SCANS}new/from/<str:place>/", origin_views.from_place, name="from_place"),
    path(SCAN, views.viewer, name="viewer"),
    path(f"{SCAN}objects/", views.objects, name="objects"),
    path(f"{SCAN}pixel/", views.accept_pixel, name="accept_pixel"),
    path(f"{SCAN}delete/", views.delete, name="delete"),
]
