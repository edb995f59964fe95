from django.apps import AppConfig


class MapsConfig(AppConfig):
    """All objects of a filter in two dimensions."""

    name = "annotations.maps"
    default_auto_field = "django.db.models.BigAutoField"
