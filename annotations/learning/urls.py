from django.urls import path

from annotations.learning.views import comparing, models, prediction, training, trying

app_name = "learning"
urlpatterns = [
    path("models/", models.model_list, name="list"),
    path("models/new/", training.new, name="new"),
    path("models/import/", models.bring_in, name="import"),
    path("models/compare/", comparing.comparison, name="compare"),
    path("models/exports/<int:job_id>/", models.download, name="download"),
    path("models/<int:model_id>/", models.detail, name="detail"),
    path("models/<int:model_id>/parts/<slug:name>/", models.part, name="part"),
    path("models/<int:model_id>/change/", models.change, name="change"),
    path("models/<int:model_id>/own/", models.own, name="own"),
    path("models/<int:model_id>/export/", models.export, name="export"),
    path("models/<int:model_id>/try/", trying.try_model, name="try"),
    path("projects/<int:project_id>/predict/", prediction.predict, name="predict"),
]
