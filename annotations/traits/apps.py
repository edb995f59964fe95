from django.apps import AppConfig


class TraitsConfig(AppConfig):
    """What an organism is doing: a project's vocabulary of traits, and their values."""

    name = "annotations.traits"
    default_auto_field = "django.db.models.BigAutoField"
