from django.urls import path

from annotations.similarity import views

app_name = "similarity"
urlpatterns = [path("projects/<int:project_id>/similarity/", views.spaces, name="spaces")]
