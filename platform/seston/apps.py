from django.apps import AppConfig


class SestonConfig(AppConfig):
    """The site itself: settings, servers, the commands that start it."""

    name = "seston"
