from django.apps import AppConfig


class TaxonMatchingConfig(AppConfig):
    name = "annotations.taxon_matching"
    label = "nomenclature"  # of its tables, from when the app was called so
    default_auto_field = "django.db.models.BigAutoField"
