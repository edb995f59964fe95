"""Files that came by upload for a job: kept where a worker finds them, and gone when nobody needs them any more."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job


def keep_upload(upload: UploadedFile, ending: str) -> Path:
    """Puts an uploaded file where the worker finds it."""
    settings.UPLOADS_FOLDER.mkdir(parents=True, exist_ok=True)
    target = settings.UPLOADS_FOLDER / f"{uuid.uuid4().hex}.{ending}"
    with target.open("wb") as file:
        for chunk in upload.chunks(2**20):
            file.write(chunk)
    return target


@contextmanager
def upload_of(job: Job) -> Iterator[Path]:
    """The file of a job, gone when the job has ended: whoever corrects it uploads it again.

    It stays where another worker has taken the job up, or will.
    """
    path = Path(job.params["path"])
    try:
        yield path
    except JobCancelled:
        if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
            remove_upload(path)
        raise
    except Exception:
        remove_upload(path)
        raise
    remove_upload(path)


def remove_upload(path: Path) -> None:
    """One that lies elsewhere is the user's own."""
    if path.is_relative_to(settings.UPLOADS_FOLDER):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
