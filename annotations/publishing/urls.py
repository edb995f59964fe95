from django.urls import path

from annotations.publishing import views

app_name = "publishing"
urlpatterns = [path("projects/<int:project_id>/darwin-core/", views.darwin_core, name="darwin_core")]
