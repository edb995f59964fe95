from django.apps import AppConfig


class SimilarityConfig(AppConfig):
    """Embedding spaces, and which objects lie near which."""

    name = "annotations.similarity"
    default_auto_field = "django.db.models.BigAutoField"
