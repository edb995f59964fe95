from django.apps import AppConfig


class ScansConfig(AppConfig):
    """Whole scans and frames that objects are cut from."""

    name = "annotations.scans"
    default_auto_field = "django.db.models.BigAutoField"
