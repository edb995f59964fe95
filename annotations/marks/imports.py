"""Bringing in a file of marks, as a job: all of it is checked, then it is written object by object.

What the project has already, figure for figure, is left alone: a chunk is safe to do twice, and so is a file.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import input_of
from annotations.labels.models import Batch, BatchKind
from annotations.marks import jobs
from annotations.marks.actions import CHUNK, NewMark, load_marks
from annotations.marks.importing import read_marks
from annotations.marks.models import Mark
from annotations.marks.values import follow_imported, is_followed
from annotations.projects.models import Project

MOST_BYTES = 100 * 2**20  # of a file that comes by upload: larger ones are for the command


def refuse_large(upload: UploadedFile) -> None:
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(
            f"This file has more than {MOST_BYTES // 2**20} MiB: split it, or use `manage.py import_marks`."
        )


def start_marks_import(*, project: Project, user: User, path: Path, name: str, dry_run: bool = False) -> Job:
    """Starts the import of a file that lies at `path`; `name` is what people call it."""
    params = {"path": str(path), "name": name, "dry_run": dry_run}
    return start_job(kind="import_marks", owner=user, project=project, params=params)


@jobs.import_marks.work
def import_marks(job: Job, progress: Progress) -> dict:
    """The work of the job: adds the marks in the name of who asked. Raises JobError before anything is changed."""
    assert job.project is not None
    progress.update(0, 0, f"Reading {job.params['name']}")
    drawn, warnings = read_marks(
        project=job.project,
        content=_content(input_of(job), job.params["name"]),
        name=job.params["name"],
        on_checked=lambda done, total: progress.update(done, total, f"Checked {done:,} marks"),
    )
    result = _Load(job, progress).load(drawn)
    return {**result, "warnings": warnings} if warnings else result


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sentence = f"{name} cannot be read: {error.strerror}. Bring it again."
        raise JobError(
            sentence, [{"file": name, "line": None, "column": None, "message": sentence}]
        ) from error


class _Load:
    """Writes checked figures; `note` is how far that is."""

    def __init__(self, job: Job, progress: Progress):
        assert job.project is not None
        self.job, self.progress, self.project = job, progress, job.project
        self.is_dry = job.params["dry_run"]
        self.note = {"object": 0, "made": 0, "present": 0, "values": 0, "batch": None, **job.checkpoint}

    def load(self, drawn: list[NewMark]) -> dict:
        total = len(drawn)
        rest = [each for each in drawn if each.image.object_id > self.note["object"]]
        done = total - len(rest)
        try:
            for chunk in _by_object(rest):
                self._chunk(chunk)
                done += len(chunk)
                self.progress.update(
                    done, total, f"{'Compared' if self.is_dry else 'Written'} {done:,} marks"
                )
        except JobCancelled:
            raise JobCancelled(self._cancelled(total)) from None
        finally:
            with self.progress.fenced():
                Batch.objects.filter(pk=self.note["batch"], changed=0).delete()
        created, present = self.note["made"], self.note["present"]
        return {
            "made": created,
            "present": present,
            "values": self.note["values"],
            "message": self._sentence(),
        }

    @transaction.atomic
    def _chunk(self, chunk: list[NewMark]) -> None:
        # one import of a project after the other: two of the same file at once would both find nothing there
        Project.objects.select_for_update(no_key=True).get(pk=self.project.pk)
        new = new_marks(chunk)
        if new and not self.is_dry:
            load_marks(project=self.project, author=self.job.owner, marks=new)
            self.note["values"] += self._give_values(new)
        self.note["made"] += len(new)
        self.note["present"] += len(chunk) - len(new)
        self.note["object"] = chunk[-1].image.object_id
        if not self.is_dry:
            self.progress.checkpoint(**self.note)

    def _give_values(self, new: list[NewMark]) -> int:
        """To the traits that are taken from these labels; in one batch an import."""
        labels = {drawn.label.key for drawn in new}
        if self.job.owner is None or not is_followed(project=self.project, labels=labels):
            return 0
        batch = Batch.objects.filter(pk=self.note["batch"]).first() or Batch.objects.create(
            project=self.project, kind=BatchKind.IMPORT, user=self.job.owner
        )
        self.note["batch"] = batch.pk
        objects = {drawn.image.object_id for drawn in new}
        return follow_imported(batch=batch, user=self.job.owner, object_ids=objects, labels=labels)

    def _sentence(self) -> str:
        would = "would be " if self.is_dry else ""
        sentence = (
            f"{_many(self.note['made'], 'mark')} {would}made, {self.note['present']:,} were there already."
        )
        values = self.note["values"]
        return f"{sentence} {_many(values, 'value')} of traits given." if values else sentence

    def _cancelled(self, total: int) -> str:
        if self.is_dry or not self.note["made"]:
            return "Cancelled. Nothing was changed."
        return (
            f"Cancelled: {self.note['made']:,} of {total:,} marks of the file are in, whole objects each. "
            "The same file again adds the rest."
        )


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing if count == 1 else thing + 's'}"


def _by_object(drawn: list[NewMark]) -> Iterator[list[NewMark]]:
    """Chunks of some CHUNK figures, all of an object together: its traits are sums over them."""
    chunk: list[NewMark] = []
    for _, figures in groupby(
        sorted(drawn, key=lambda each: each.image.object_id), lambda each: each.image.object_id
    ):
        chunk += figures
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def new_marks(drawn: list[NewMark]) -> list[NewMark]:
    """Those that are not there yet, each once."""
    present = Mark.objects.filter(image__in={each.image.pk for each in drawn}, removed=None)
    keys = {_key(*row) for row in present.values_list("image_id", "label_id", "kind", "geometry")}
    new = []
    for each in drawn:
        key = _key(each.image.pk, each.label.pk, each.kind, each.geometry)
        if key not in keys:
            keys.add(key)
            new.append(each)
    return new


def _key(image: int, label: int, kind: str, geometry: dict) -> bytes:
    return orjson.dumps([image, label, kind, _floats(geometry)], option=orjson.OPT_SORT_KEYS)


def _floats(value: Any) -> Any:
    """Numbers as floats: 10 and 10.0 are one place, whatever PostgreSQL makes of them."""
    if isinstance(value, dict):
        return {name: _floats(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_floats(each) for each in value]
    return float(value)
