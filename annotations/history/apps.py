from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """What was done in a project, by whom, and taking it back."""

    name = "annotations.history"
    default_auto_field = "django.db.models.BigAutoField"
