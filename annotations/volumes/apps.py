from django.apps import AppConfig


class VolumesConfig(AppConfig):
    """How much water objects stand for, and how large they are: by EcoTaxa's formulas or a project's own."""

    name = "annotations.volumes"
    default_auto_field = "django.db.models.BigAutoField"
