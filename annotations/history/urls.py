from django.urls import path

from annotations.history import views

app_name = "history"
urlpatterns = [
    path("projects/<int:project_id>/actions/", views.listing, name="list"),
    path("projects/<int:project_id>/actions/roll-back/", views.rolling_back, name="roll_back"),
    path("projects/<int:project_id>/actions/<int:batch_id>/", views.detail, name="action"),
    path("projects/<int:project_id>/actions/<int:batch_id>/take-back/", views.reverse, name="take_back"),
]
