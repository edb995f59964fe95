from django.urls import path

from annotations.learning.views import (
    comparing,
    managing,
    models,
    parts,
    prediction,
    previewing,
    training,
    trying,
)

app_name = "learning"
urlpatterns = [
    path("models/", models.model_list, name="list"),
    path("models/new/", training.new, name="new"),
    path("models/measure-device/", training.measure_device, name="measure_device"),
    path("models/import/", managing.import_model, name="import"),
    path("models/compare/", comparing.comparison, name="compare"),
    path("models/exports/<int:job_id>/", managing.download, name="download"),
    path("models/<int:model_id>/", models.detail, name="detail"),
    path("models/<int:model_id>/parts/<slug:name>/", parts.part, name="part"),
    path("models/<int:model_id>/change/", managing.change, name="change"),
    path("models/<int:model_id>/own/", managing.own, name="own"),
    path("models/<int:model_id>/export/", managing.export, name="export"),
    path("models/<int:model_id>/try/", trying.try_model, name="try"),
    path("projects/<int:project_id>/predict/", prediction.predict, name="predict"),
    path("projects/<int:project_id>/predict/preview/", previewing.start, name="start_preview"),
    path("previews/<int:preview_id>/", previewing.preview, name="preview"),
]
