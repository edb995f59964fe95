from django.apps import AppConfig


class AbundanceConfig(AppConfig):
    """How many objects of each taxon a sample holds, where nobody has looked at all of them."""

    name = "annotations.abundance"
    default_auto_field = "django.db.models.BigAutoField"
