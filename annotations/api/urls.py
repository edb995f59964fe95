from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from annotations.api import views

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    path("v1/token/", views.token, name="token"),
    path("v1/me/preferences/", views.preferences, name="preferences"),
    path("v1/projects/", views.projects, name="projects"),
    path("v1/projects/<int:project_id>/", views.project, name="project"),
    path("v1/projects/<int:project_id>/members/", views.members, name="members"),
    path("v1/projects/<int:project_id>/members/<int:user_id>/", views.member, name="member"),
    path("v1/projects/<int:project_id>/samples/", views.samples, name="samples"),
    path("v1/projects/<int:project_id>/objects/", views.objects, name="objects"),
    path("v1/projects/<int:project_id>/counts/", views.counts, name="counts"),
    path("v1/projects/<int:project_id>/annotations/", views.annotations, name="annotations"),
    path("v1/projects/<int:project_id>/views/", views.views, name="views"),
    path("v1/projects/<int:project_id>/views/<int:view_id>/", views.view, name="view"),
    path("v1/projects/<int:project_id>/labels/", views.labels, name="labels"),
    path("v1/projects/<int:project_id>/batches/", views.batches, name="batches"),
    path("v1/projects/<int:project_id>/progress/", views.progress, name="progress"),
    path("v1/projects/<int:project_id>/assignments/", views.assignments, name="assignments"),
    path("v1/projects/<int:project_id>/readings/", views.readings, name="readings"),
    path("v1/readings/<int:reading_id>/choices/", views.choices, name="choices"),
    path("v1/readings/<int:reading_id>/agreement/", views.agreement, name="agreement"),
    path("v1/projects/<int:project_id>/imports/", views.imports, name="imports"),
    path("v1/projects/<int:project_id>/exports/", views.exports, name="exports"),
    path("v1/projects/<int:project_id>/predictions/", views.predictions, name="predictions"),
    path("v1/batches/<int:batch_id>/undo/", views.undo, name="undo"),
    path("v1/objects/<int:object_id>/", views.object_detail, name="object"),
    path("v1/objects/<int:object_id>/comments/", views.object_comments, name="object_comments"),
    path(
        "v1/projects/<int:project_id>/taxa/<int:taxon_id>/comments/",
        views.taxon_comments,
        name="taxon_comments",
    ),
    path("v1/me/mentions/", views.mentions, name="mentions"),
    path("v1/objects/<int:object_id>/history/", views.object_history, name="history"),
    path("v1/taxa/", views.taxa, name="taxa"),
    path("v1/training-runs/", views.training_runs, name="training_runs"),
    path("v1/models/", views.models, name="models"),
    path("v1/models/<int:model_id>/", views.model, name="model"),
    path("v1/jobs/<int:job_id>/", views.job, name="job"),
    path("v1/jobs/<int:job_id>/cancel/", views.cancel, name="cancel"),
    path("v1/<path:rest>", views.nowhere, name="nowhere"),
]
