from django.urls import path

from annotations.learning import views

app_name = "learning"
urlpatterns = [
    path("models/", views.model_list, name="list"),
    path("models/new/", views.new, name="new"),
    path("models/<int:model_id>/", views.detail, name="detail"),
    path("projects/<int:project_id>/predict/", views.predict, name="predict"),
]
