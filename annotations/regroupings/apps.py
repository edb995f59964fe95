from django.apps import AppConfig


class RegroupingsConfig(AppConfig):
    """A project's saved regroupings: which group of a table of results a taxon counts for."""

    name = "annotations.regroupings"
    default_auto_field = "django.db.models.BigAutoField"
