from django.urls import path

from annotations.checks import views

app_name = "checks"
urlpatterns = [
    path("projects/<int:project_id>/checks/", views.listing, name="list"),
    path("projects/<int:project_id>/checks/new/", views.new, name="new"),
    path("projects/<int:project_id>/checks/<int:check_id>/", views.look, name="look"),
    path("projects/<int:project_id>/checks/<int:check_id>/finish/", views.finish, name="finish"),
    path("projects/<int:project_id>/checks/<int:check_id>/discard/", views.discard, name="discard"),
    path("projects/<int:project_id>/checks/<int:check_id>/figures/", views.figures, name="figures"),
    path("projects/<int:project_id>/checks/<int:check_id>/correct/", views.correct, name="correct"),
]
