from django.urls import path

from annotations.public import catalogue_views, explore_views, offer_views, settings_views, views

app_name = "public"
urlpatterns = [
    path("projects/<int:project_id>/public/", settings_views.settings, name="settings"),
    path("projects/<int:project_id>/public/preview/", settings_views.preview, name="preview"),
    path("public/<int:public_id>/", views.project, name="project"),
    path("public/<int:public_id>/objects/", views.objects, name="objects"),
    path("public/<int:public_id>/objects/<int:public_object_id>/", views.detail, name="object"),
    path("public/<int:public_id>/counts.csv", views.counts, name="counts"),
    path("public/<int:public_id>/results.csv", views.results, name="results"),
    path("public/<int:public_id>/darwin-core.zip", offer_views.archive, name="archive"),
    path("public/pictures/<int:public_object_id>/<int:rank>/", views.picture, name="picture"),
    path("explore/", explore_views.projects, name="explore"),
    path("models/<int:model_id>/public/", catalogue_views.model_settings, name="model_settings"),
    path("catalogue/", catalogue_views.catalogue, name="catalogue"),
    path("catalogue/<str:catalogue_name>.json", catalogue_views.whole, name="whole"),
    path("public/models/<int:public_model_id>/", catalogue_views.model, name="model"),
    path("public/models/<int:public_model_id>/weights.zip", offer_views.weights, name="weights"),
    path("models/<int:model_id>/public/weights/", offer_views.offer, name="offer_weights"),
    path("public/models/<int:public_model_id>/deepaas.json", catalogue_views.deepaas, name="deepaas"),
    path(
        "public/models/<int:public_model_id>/scivision.json",
        catalogue_views.scivision_model,
        name="scivision_model",
    ),
    path(
        "public/<int:public_id>/scivision.json",
        catalogue_views.scivision_datasource,
        name="scivision_datasource",
    ),
    path("robots.txt", views.robots, name="robots"),
]
