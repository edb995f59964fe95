from django.apps import AppConfig


class SummariesConfig(AppConfig):
    """What an ecologist takes out: tables and plots of traits."""

    name = "annotations.summaries"
