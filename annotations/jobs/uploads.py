"""Files that came by upload for a job: kept where every worker finds them, and gone when the job has ended.

A job's parameter `path` is the key of one, `uploads/….zip`, or the absolute path of a file that is the user's own.
"""

import uuid
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from annotations.jobs.models import Job
from annotations.pictures.artefacts import delete, exists, local_path, own_path, save

FOLDER = "uploads"


def keep_upload(upload: UploadedFile, ending: str) -> Path:
    """Puts an uploaded file where workers find it. Returns its key: give it to the job as the parameter `path`."""
    key = f"{FOLDER}/{uuid.uuid4().hex}.{ending}"
    draft = own_path(f"{key}.part")
    draft.parent.mkdir(parents=True, exist_ok=True)
    with draft.open("wb") as file:
        for chunk in upload.chunks(2**20):
            file.write(chunk)
    save(key, draft)
    return Path(key)


def is_upload(path: Path) -> bool:
    """One that lies elsewhere is the user's own. Jobs of earlier versions have the whole path of an upload."""
    return path.parent in (Path(FOLDER), own_path(FOLDER))


def upload_key(path: Path) -> str:
    """Of an upload."""
    return f"{FOLDER}/{path.name}"


def input_of(job: Job) -> Path:
    """The file that the job works on, on this machine."""
    path = Path(job.params["path"])
    return local_path(upload_key(path)) if is_upload(path) else path


def is_there(path: Path) -> bool:
    return exists(upload_key(path)) if is_upload(path) else path.exists()


def remove_upload(path: Path) -> None:
    if is_upload(path):
        delete(upload_key(path))
