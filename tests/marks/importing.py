"""Bringing in a file of marks, as a worker does it."""

import uuid
from pathlib import Path

from django.conf import settings

from annotations.jobs.models import Job
from annotations.marks.imports import import_marks, start_marks_import
from tests.run_jobs import work


def new_import(project, user, content: bytes, **more) -> Job:
    settings.UPLOADS_FOLDER.mkdir(parents=True, exist_ok=True)
    path = Path(settings.UPLOADS_FOLDER) / uuid.uuid4().hex
    path.write_bytes(content)
    return start_marks_import(project=project, user=user, path=path, name="marks.csv", **more)


def bring(project, user, content: bytes, **more) -> Job:
    """The job when it has ended."""
    return worked(new_import(project, user, content, **more))


def worked(job: Job) -> Job:
    work(job, import_marks)
    assert job.state in ("done", "failed"), job.message
    return job
