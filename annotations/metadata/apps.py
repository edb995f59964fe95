from django.apps import AppConfig


class MetadataConfig(AppConfig):
    name = "annotations.metadata"
    default_auto_field = "django.db.models.BigAutoField"
