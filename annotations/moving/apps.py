from django.apps import AppConfig


class MovingConfig(AppConfig):
    """Objects that go to another project, moved or copied, and projects that are merged."""

    name = "annotations.moving"
    default_auto_field = "django.db.models.BigAutoField"
