from django.apps import AppConfig


class DeletionsConfig(AppConfig):
    name = "annotations.deletions"
    default_auto_field = "django.db.models.BigAutoField"
