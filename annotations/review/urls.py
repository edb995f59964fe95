from django.urls import path

from annotations.review import views
from annotations.review.backoff import views as back_off_views
from annotations.review.thresholds import views as threshold_views

app_name = "review"
urlpatterns = [
    path("projects/<int:project_id>/review/", views.queue, name="queue"),
    path("projects/<int:project_id>/review/coming/", views.coming, name="coming"),
    path("projects/<int:project_id>/review/taxa/", views.taxa, name="taxa"),
    path("projects/<int:project_id>/thresholds/", threshold_views.thresholds, name="thresholds"),
    path("projects/<int:project_id>/thresholds/<int:taxon_id>/", threshold_views.threshold, name="threshold"),
    path(
        "projects/<int:project_id>/thresholds/<int:taxon_id>/border/", threshold_views.border, name="border"
    ),
    path(
        "projects/<int:project_id>/thresholds/<int:taxon_id>/coarser/", back_off_views.coarser, name="coarser"
    ),
]
