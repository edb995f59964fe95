from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "annotations.samples"
    default_auto_field = "django.db.models.BigAutoField"
