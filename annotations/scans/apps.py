from importlib import import_module

from django.apps import AppConfig


class ScansConfig(AppConfig):
    """Whole scans and frames that objects are cut from."""

    name = "annotations.scans"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Also the tables of segmentation, corrections and segmenters, which stand on those of scans."""
        super().import_models()
        import_module("annotations.scans.corrections.models")
        import_module("annotations.scans.segmentation.models")
        import_module("annotations.scans.segmenters.models")
