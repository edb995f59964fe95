from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Data as publishers of biodiversity data want them: a Darwin Core Archive for OBIS, EMODnet and GBIF."""

    name = "annotations.publishing"
    default_auto_field = "django.db.models.BigAutoField"
