from django.urls import path

from annotations.gallery import views

app_name = "gallery"
urlpatterns = [
    path("projects/<int:project_id>/", views.bench, name="bench"),
    path("projects/<int:project_id>/vignettes/", views.objects, name="objects"),
    path("projects/<int:project_id>/filters/", views.filters, name="filters"),
    path("projects/<int:project_id>/views/", views.keep_view, name="keep_view"),
    path("projects/<int:project_id>/views/<int:view_id>/remove/", views.drop_view, name="drop_view"),
    path("projects/<int:project_id>/panel/", views.panel, name="panel"),
    path("projects/<int:project_id>/panel/trait/", views.trait_counts, name="trait_counts"),
    path("projects/<int:project_id>/vignettes/<int:object_id>/", views.detail, name="detail"),
]
