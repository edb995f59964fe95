from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """How good a set of labelled objects is, from random looks at it."""

    name = "annotations.checks"
    default_auto_field = "django.db.models.BigAutoField"
