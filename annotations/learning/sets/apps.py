from django.apps import AppConfig


class LearningSetsConfig(AppConfig):
    """Building, freezing, looking at and comparing learning sets; their table is annotations/learning/models.py."""

    name = "annotations.learning_sets"
    default_auto_field = "django.db.models.BigAutoField"
