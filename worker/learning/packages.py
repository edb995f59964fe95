"""What models and backbones share when they leave a site or come in: a file that is whole or not there, and a folder
that is checked before anything is kept.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from annotations.jobs.artefacts import artefact_key, path_of
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import input_of
from annotations.pictures.artefacts import save
from classifier.contract.errors import ClassifierError
from classifier.inference.unpacking import unpack


def write_package(job: Job, progress: Progress, name: str, write: Callable[[Path], None]) -> dict:
    """`write` fills a draft of the file that the job makes, or of the one that a command asks for. Returns a result."""
    out = Path(job.params["out"]) if job.params.get("out") else path_of(job)
    out.parent.mkdir(parents=True, exist_ok=True)
    progress.update(0, 1, f"Writing {name}")
    draft = progress.draft_of(out)
    try:
        write(draft)
        progress.publish(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    progress.update(1, 1, f"Wrote {name}")
    size = out.stat().st_size
    if not job.params.get("out"):
        save(artefact_key(job), out)
    return {"bytes": size, "message": f"{name} written, {size / 2**20:.1f} MB."}


@contextmanager
def staged(job: Job, progress: Progress) -> Iterator[Path]:
    """The folder that the job is to bring in, unpacked; moved or gone at the end. Raises JobError that names the file
    where the classifier refuses it."""
    path, staging = input_of(job), settings.MODELS_FOLDER / f".import-{job.pk}-{job.attempt}"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        progress.update(0, 2, "Checking the folder")
        if path.is_dir():
            shutil.copytree(path, staging)
        else:
            unpack(path, staging)
        yield staging
    except ClassifierError as error:
        where = {"file": job.params["name"], "line": None, "column": None, "message": str(error)}
        raise JobError(str(error), [where]) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
