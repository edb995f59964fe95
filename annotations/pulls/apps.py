from django.apps import AppConfig


class PullsConfig(AppConfig):
    """Projects of an EcoTaxa server, fetched by its own API and imported here."""

    name = "annotations.pulls"
    default_auto_field = "django.db.models.BigAutoField"
