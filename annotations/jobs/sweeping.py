"""Removes the files that nobody needs any more: expired exports, uploads and drafts of jobs that are gone.

A file is judged by the job that its name or the job's parameters tell of, and never before it is a day old.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from annotations.jobs import uploads
from annotations.jobs.artefacts import artefact_key
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.jobs.registry import kinds_that_make_files
from annotations.jobs.resumable import drafts_of_uploads, remove_expired_uploads
from annotations.pictures.artefacts import delete, stored_in

DAY = timedelta(days=1)
# of a claim: what `Progress.draft_of` names, and folders of models that come in or learn; of packages that are fetched
DRAFT = re.compile(r"^\..*?(?P<job>\d+)-\d+(\.part)?$")


def sweep() -> int:
    """Removes them all; returns how many. Called by beat."""
    _give_time_to_older_exports()
    removed = remove_expired_uploads()
    expired = [*_exports(), *_uploads()]
    for key in expired:
        delete(key)
    drafts = list(_drafts())
    for path in drafts:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return removed + len(expired) + len(drafts)


def _give_time_to_older_exports() -> None:
    """Those of an earlier version of the site had no end: theirs is counted from today."""
    kinds = [kind.name for kind in kinds_that_make_files()]
    without = Job.objects.filter(kind__in=kinds, state=JobState.DONE, expires=None)
    without.exclude(params__has_key="out").update(
        expires=timezone.now() + timedelta(days=settings.EXPORT_DAYS)
    )


def _exports() -> Iterator[str]:
    """Files of exports whose time is over, and such that no job that is done made."""
    kinds = [kind.name for kind in kinds_that_make_files()]
    ended = Job.objects.filter(kind__in=kinds, expires__lte=timezone.now())
    needed = Job.objects.filter(kind__in=kinds, state__in=[*UNFINISHED, JobState.DONE])
    expired, living = set(map(artefact_key, ended)), set(map(artefact_key, needed))
    for key, written in stored_in("exports"):
        is_draft = DRAFT.match(key.rpartition("/")[2])
        if key in expired or (key not in living and not is_draft and _is_old(written)):
            yield key


def _uploads() -> Iterator[str]:
    """But those of living jobs, and such as are kept for another job."""
    holds = Q(state__in=UNFINISHED) | Q(expires__gt=timezone.now())
    paths = Job.objects.filter(holds, params__has_key="path").values_list(F("params__path"), flat=True)
    needed = drafts_of_uploads() | {
        uploads.upload_key(path) for path in map(Path, paths) if uploads.is_upload(path)
    }
    for key, written in stored_in(uploads.FOLDER):
        if key not in needed and not DRAFT.match(key.rpartition("/")[2]) and _is_old(written):
            yield key


def _drafts() -> Iterator[Path]:
    """Of jobs that have ended: their worker died, or was overtaken."""
    living = set(Job.objects.filter(state__in=UNFINISHED).values_list("pk", flat=True))
    for folder in (settings.EXPORTS_FOLDER, settings.MODELS_FOLDER, settings.UPLOADS_FOLDER):
        for path in _files(folder):
            named = DRAFT.match(path.name)
            if named and int(named["job"]) not in living and _is_old(_written(path)):
                yield path


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_old(written: datetime) -> bool:
    return timezone.now() - written > DAY
