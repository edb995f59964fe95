from django.apps import AppConfig


class EffortConfig(AppConfig):
    """Where the hours go: what people do by hand, what models and rules save them, and where models go wrong."""

    name = "annotations.effort"
    default_auto_field = "django.db.models.BigAutoField"
