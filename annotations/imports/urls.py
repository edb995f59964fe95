from django.urls import path

from annotations.imports import origin_views, views

app_name = "imports"
urlpatterns = [
    path("projects/<int:project_id>/import/", views.new, name="new"),
    path("projects/<int:project_id>/import/<int:import_id>/", views.again, name="again"),
    path("projects/<int:project_id>/import/url/", origin_views.from_url, name="from_url"),
    path("projects/<int:project_id>/import/from/<str:place>/", origin_views.from_place, name="from_place"),
]
