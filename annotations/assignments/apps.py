from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "annotations.assignments"
    default_auto_field = "django.db.models.BigAutoField"
