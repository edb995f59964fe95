from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "annotations.search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each app's modules `conditions` and `orders` register what objects can be asked of its tables."""
        autodiscover_modules("conditions", "orders")
