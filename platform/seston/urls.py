from django.contrib import admin
from django.urls import include, path

from seston.views import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
    path("accounts/", include("annotations.accounts.urls")),
    path("api/", include("annotations.api.urls")),
    path("jobs/", include("annotations.jobs.urls")),
    path("taxa/", include("annotations.taxonomy.urls")),
    path("", include("annotations.projects.urls")),
    path("", include("annotations.gallery.urls")),
    path("", include("annotations.review.urls")),
    path("", include("annotations.learning.urls")),
    path("", include("annotations.imports.urls")),
    path("", include("annotations.exports.urls")),
]
