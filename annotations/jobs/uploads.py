"""Files that came by upload for a job: kept where a worker finds them, and gone when the job has ended."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


def keep_upload(upload: UploadedFile, ending: str) -> Path:
    """Puts an uploaded file where the worker finds it: give it to the job as the parameter `path`."""
    settings.UPLOADS_FOLDER.mkdir(parents=True, exist_ok=True)
    target = settings.UPLOADS_FOLDER / f"{uuid.uuid4().hex}.{ending}"
    with target.open("wb") as file:
        for chunk in upload.chunks(2**20):
            file.write(chunk)
    return target


def is_upload(path: Path) -> bool:
    """One that lies elsewhere is the user's own."""
    return path.is_relative_to(settings.UPLOADS_FOLDER)


def remove_upload(path: Path) -> None:
    if is_upload(path):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
