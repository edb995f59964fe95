from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    """Numbers that Seston itself measures on vignettes: kept as free columns of the project."""

    name = "annotations.measurements"
