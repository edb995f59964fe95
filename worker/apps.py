from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Celery tasks and the commands that do a worker's work in the foreground."""

    name = "worker"
