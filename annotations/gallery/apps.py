from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "annotations.gallery"
    default_auto_field = "django.db.models.BigAutoField"
