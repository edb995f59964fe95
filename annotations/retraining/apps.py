from django.apps import AppConfig


class RetrainingConfig(AppConfig):
    """A project's own model trained anew when it is time, and replaced only by one that is certainly better."""

    name = "annotations.retraining"
    default_auto_field = "django.db.models.BigAutoField"
