from django.contrib import admin
from django.urls import include, path

from seston.views import health

handler500 = "seston.unavailable.server_error"
urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
    path("accounts/", include("annotations.accounts.urls")),
    path("api/", include("annotations.api.urls")),
    path("jobs/", include("annotations.jobs.urls")),
    path("", include("annotations.taxonomy.urls")),
    path("", include("annotations.projects.urls")),
    path("", include("annotations.deletions.urls")),
    path("", include("annotations.gallery.urls")),
    path("", include("annotations.maps.urls")),
    path("", include("annotations.review.urls")),
    path("", include("annotations.clusters.urls")),
    path("", include("annotations.checks.urls")),
    path("", include("annotations.assignments.urls")),
    path("", include("annotations.metadata.urls")),
    path("", include("annotations.history.urls")),
    path("", include("annotations.moving.urls")),
    path("", include("annotations.readings.urls")),
    path("", include("annotations.discussions.urls")),
    path("", include("annotations.taxon_matching.urls")),
    path("", include("annotations.traits.urls")),
    path("", include("annotations.summaries.urls")),
    path("", include("annotations.abundance.urls")),
    path("", include("annotations.results.urls")),
    path("", include("annotations.volumes.urls")),
    path("", include("annotations.marks.urls")),
    path("", include("annotations.learning.urls")),
    path("", include("annotations.learning.sets.urls")),
    path("", include("annotations.learning.backbones.urls")),
    path("", include("annotations.measurements.urls")),
    path("", include("annotations.similarity.urls")),
    path("", include("annotations.refitting.urls")),
    path("", include("annotations.retraining.urls")),
    path("", include("annotations.effort.urls")),
    path("", include("annotations.imports.urls")),
    path("", include("annotations.exports.urls")),
]
