from django.urls import path

from annotations.taxonomy import views

app_name = "taxonomy"
urlpatterns = [path("complete/", views.complete_taxa, name="complete")]
