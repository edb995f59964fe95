"""What a worker does first: sees to it that the package of an import lies where it is read."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.common.outgoing.downloads import DraftBusy
from annotations.common.outgoing.errors import ServerAway
from annotations.imports.origins.allowed import open_place
from annotations.imports.origins.bucket_fetching import fetch_from_bucket
from annotations.imports.origins.buckets import BucketPlace
from annotations.imports.origins.fingerprints import fingerprint
from annotations.imports.origins.reporting import FetchReport
from annotations.imports.origins.urls import address_of, fetch_url
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import FOLDER, is_there, is_upload, upload_key
from annotations.pictures.artefacts import own_path, save
from classifier.contract.refusals import is_transient


def bring_package(job: Job, progress: Progress) -> None:
    """Fetches it, unless it is here, and looks once more at what is read where it lies: a folder may have been closed
    since, and files changed.

    A worker that died has left what it had fetched. Raises JobError where the package can't be had.
    """
    origin = job.params.get("origin") or {}
    if origin.get("kind") == "folder":
        _check_folder(job, progress, origin)
    elif origin and not is_there(Path(job.params["path"])):
        _fetch(job, progress, origin)
    elif not origin and not is_upload(Path(job.params["path"])):  # of whoever runs a command
        _check_unchanged(job, progress, Path(job.params["path"]))


def _check_folder(job: Job, progress: Progress, origin: dict[str, Any]) -> None:
    try:
        path = open_place(_owner(job), origin["place"], "folder").package(origin["inner"]).path
    except ValidationError as error:
        raise JobError(" ".join(error.messages)) from error
    if str(path) != job.params["path"]:
        raise JobError(f"{job.params['name']} is another file than it was. Import it again.")
    _check_unchanged(job, progress, path)


def _check_unchanged(job: Job, progress: Progress, path: Path) -> None:
    """A worker that goes on behind another would read lines where others stood."""
    try:
        current = fingerprint(path)
    except OSError as error:
        if is_transient(error):
            raise
        raise JobError(f"{job.params['name']} cannot be read ({error.strerror}). Import it again.") from error
    if job.checkpoint.get("fingerprint", current) != current:
        raise JobError(
            f"{job.params['name']} was changed while it was imported. What came in until then is here: import the "
            "package again for the rest."
        )
    if "fingerprint" not in job.checkpoint:
        with progress.fenced():
            progress.checkpoint(fingerprint=current)


def _fetch(job: Job, progress: Progress, origin: dict[str, Any]) -> None:
    staging, report = staging_folder(job), FetchReport(progress, job.params["name"])
    staging.mkdir(parents=True, exist_ok=True)
    try:
        file = _fetcher(job, origin)(staging, report)
        progress.check()
        save(upload_key(Path(job.params["path"])), file)
    except DraftBusy as error:
        raise ServerAway("Another worker is still writing the package") from error
    except (JobCancelled, JobError):
        shutil.rmtree(staging, ignore_errors=True)
        raise
    shutil.rmtree(staging, ignore_errors=True)


def _fetcher(job: Job, origin: dict[str, Any]) -> Callable[[Path, FetchReport], Path]:
    if origin["kind"] == "url":
        url = address_of(origin)
        return lambda staging, report: fetch_url(url, staging, report)
    try:
        place = cast(BucketPlace, open_place(_owner(job), origin["place"], "bucket"))
    except ValidationError as error:
        raise JobError(" ".join(error.messages)) from error
    return lambda staging, report: fetch_from_bucket(place, origin["inner"], staging, report)


def _owner(job: Job) -> User:
    if job.owner is None:
        raise JobError("Who started this import is not here any more. Import it again.")
    return job.owner


def staging_folder(job: Job) -> Path:
    """Named as drafts of claims are, so that a sweep finds it when the job is gone; all claims share it."""
    return own_path(f"{FOLDER}/.fetch-{job.pk}-0")
