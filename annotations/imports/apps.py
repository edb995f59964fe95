from django.apps import AppConfig
from django.core.checks import register


class ImportsConfig(AppConfig):
    name = "annotations.imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.imports.ecotaxa.pixel_following import columns_follow
        from annotations.imports.origins.checks import check_import_places
        from annotations.measurements.pixel_sizes import follow_pixel_sizes

        follow_pixel_sizes(columns_follow)
        register(check_import_places)
