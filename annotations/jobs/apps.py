from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "annotations.jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each app's module `jobs` declares the kinds of its long works."""
        autodiscover_modules("jobs")
