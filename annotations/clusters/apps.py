from django.apps import AppConfig


class ClustersConfig(AppConfig):
    """Groups of alike objects that nobody has named: validated, grown and named as one."""

    name = "annotations.clusters"
    default_auto_field = "django.db.models.BigAutoField"
