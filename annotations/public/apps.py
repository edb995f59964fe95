from django.apps import AppConfig


class PublicConfig(AppConfig):
    """What everybody may see, without an account: projects whose managers have said so."""

    name = "annotations.public"
    default_auto_field = "django.db.models.BigAutoField"
