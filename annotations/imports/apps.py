from django.apps import AppConfig
from django.core.checks import register


class ImportsConfig(AppConfig):
    name = "annotations.imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.imports.origins.checks import check_import_places

        register(check_import_places)
