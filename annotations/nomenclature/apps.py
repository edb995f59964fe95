from django.apps import AppConfig


class NomenclatureConfig(AppConfig):
    name = "annotations.nomenclature"
    default_auto_field = "django.db.models.BigAutoField"
