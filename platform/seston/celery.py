"""The Celery application; tasks live in worker/tasks.py and are called by name."""

import os

from celery import Celery
from celery.signals import worker_process_init

from annotations.common.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")
app = Celery("seston")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["worker.tasks"]


@worker_process_init.connect
def _die_with_worker(**_: object) -> None:
    """A killed worker must not leave a process behind that goes on training beside the next one."""
    die_with_parent()
