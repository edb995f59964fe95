from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Counts, concentrations, biovolumes and sizes per sample, acquisition, layer and taxon."""

    name = "annotations.results"
    default_auto_field = "django.db.models.BigAutoField"
