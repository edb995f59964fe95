from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProjectsConfig(AppConfig):
    name = "annotations.projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each app's modules say where one gets by typing, what waits for a person, and what fields let one choose."""
        autodiscover_modules("destinations", "next_steps", "options")
