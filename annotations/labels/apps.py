from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LabelsConfig(AppConfig):
    name = "annotations.labels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every app may keep tallies, which are compacted together."""
        autodiscover_modules("tally")
