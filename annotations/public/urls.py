from django.urls import path

from annotations.public import explore_views, settings_views, views

app_name = "public"
urlpatterns = [
    path("projects/<int:project_id>/public/", settings_views.settings, name="settings"),
    path("projects/<int:project_id>/public/preview/", settings_views.preview, name="preview"),
    path("public/<int:public_id>/", views.project, name="project"),
    path("public/<int:public_id>/objects/", views.objects, name="objects"),
    path("public/<int:public_id>/objects/<int:public_object_id>/", views.detail, name="object"),
    path("public/<int:public_id>/counts.csv", views.counts, name="counts"),
    path("public/pictures/<int:public_object_id>/<int:rank>/", views.picture, name="picture"),
    path("explore/", explore_views.projects, name="explore"),
    path("robots.txt", views.robots, name="robots"),
]
