from django.urls import path

from annotations.exports import views

app_name = "exports"
urlpatterns = [
    path("projects/<int:project_id>/export/", views.new, name="new"),
    path("exports/<int:job_id>/", views.download, name="download"),
]
