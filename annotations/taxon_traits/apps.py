from django.apps import AppConfig


class TaxonTraitsConfig(AppConfig):
    """What the literature says of taxa, as how they feed: tables of the site, each with its source."""

    name = "annotations.taxon_traits"
    default_auto_field = "django.db.models.BigAutoField"
