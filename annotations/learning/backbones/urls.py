from django.urls import path

from annotations.learning.backbones import views

app_name = "backbones"
urlpatterns = [
    path("backbones/", views.listing, name="list"),
    path("backbones/new/", views.new, name="new"),
    path("backbones/<int:backbone_id>/", views.detail, name="detail"),
    path("backbones/<int:backbone_id>/change/", views.change, name="change"),
]
