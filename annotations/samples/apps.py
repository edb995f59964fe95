from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SamplesConfig(AppConfig):
    name = "annotations.samples"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each app's module `transfer` says how its rows follow objects to another project: `following.py`."""
        autodiscover_modules("transfer")
