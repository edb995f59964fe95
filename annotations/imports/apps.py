from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "annotations.imports"
    default_auto_field = "django.db.models.BigAutoField"
