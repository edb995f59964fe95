from django.urls import path

from annotations.marks import views

app_name = "marks"
urlpatterns = [
    path("projects/<int:project_id>/marks/labels/", views.labels, name="labels"),
    path("projects/<int:project_id>/marks/imports/", views.import_file, name="import"),
    path("projects/<int:project_id>/marks/labels/adopt/", views.adopt, name="adopt"),
    path("projects/<int:project_id>/marks/labels/<int:label_id>/", views.label, name="label"),
]
