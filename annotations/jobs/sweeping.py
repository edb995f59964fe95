"""Removes the files that nobody needs any more: expired exports, uploads and drafts of jobs that are gone.

A file is judged by the job that its name or the job's parameters tell of, and never before it is a day old.
"""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from annotations.jobs.artefacts import path_of
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.jobs.registry import kinds_that_make_files

DAY = 24 * 3600.0  # seconds
# of a claim: what `Progress.draft_of` names, and folders of models that come in or learn
DRAFT = re.compile(r"^\..*?(?P<job>\d+)-\d+(\.part)?$")


def sweep() -> int:
    """Removes them all; returns how many. Called by beat."""
    _give_time_to_older_exports()
    gone = [*_exports(), *_uploads(), *_drafts()]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(gone)


def _give_time_to_older_exports() -> None:
    """Those of an earlier version of the site had no end: theirs is counted from today."""
    kinds = [kind.name for kind in kinds_that_make_files()]
    without = Job.objects.filter(kind__in=kinds, state=JobState.DONE, expires=None)
    without.exclude(params__has_key="out").update(
        expires=timezone.now() + timedelta(days=settings.EXPORT_DAYS)
    )


def _exports() -> Iterator[Path]:
    """Files of exports whose time is over, and such that no job that is done made."""
    kinds = [kind.name for kind in kinds_that_make_files()]
    kept = Job.objects.filter(kind__in=kinds, state__in=[*UNFINISHED, JobState.DONE])
    kept = kept.exclude(expires__lte=timezone.now())
    paths = {path_of(job) for job in kept}
    expired = {path_of(job) for job in Job.objects.filter(kind__in=kinds, expires__lte=timezone.now())}
    for path in _files(settings.EXPORTS_FOLDER):
        if path in expired or (path not in paths and not DRAFT.match(path.name) and _is_old(path)):
            yield path


def _uploads() -> Iterator[Path]:
    """But those of living jobs, and such as are kept for another job."""
    holds = Q(state__in=UNFINISHED) | Q(expires__gt=timezone.now())
    paths = Job.objects.filter(holds, params__has_key="path").values_list(F("params__path"), flat=True)
    needed = set(map(Path, paths))
    return (path for path in _files(settings.UPLOADS_FOLDER) if path not in needed and _is_old(path))


def _drafts() -> Iterator[Path]:
    """Of jobs that have ended: their worker died, or was overtaken."""
    living = set(Job.objects.filter(state__in=UNFINISHED).values_list("pk", flat=True))
    for folder in (settings.EXPORTS_FOLDER, settings.MODELS_FOLDER):
        for path in _files(folder):
            named = DRAFT.match(path.name)
            if named and int(named["job"]) not in living and _is_old(path):
                yield path


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > DAY
