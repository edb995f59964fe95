"""A disk or a network that is away for a while is no fault of a package: its import is put back, and goes on."""

import errno
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from annotations.imports.actions import start_import
from annotations.imports.archive import Package
from annotations.imports.origins.places import Incoming
from annotations.imports.zip_reading import read_small
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Object
from tests.imports.packages import package, row
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


class Away(BytesIO):
    """A file of which nothing can be read."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(self.number, os.strerror(self.number))

    read1 = readinto = readline = read


@pytest.fixture
def upload(settings) -> Path:
    settings.UPLOADS_FOLDER.mkdir(parents=True)
    notes = {"notes.tsv": "object_id\n"}
    return package(settings.UPLOADS_FOLDER / "tow.zip", [row(1), row(2)], **notes)


@pytest.fixture
def fails(monkeypatch) -> Callable[[str, int], None]:
    """Makes reading an entry of any package fail with that errno; 0 mends it."""
    opened, numbers = Package._opened, dict[str, int]()

    def open_or_fail(entry):
        name = getattr(entry.inner, "filename", entry.inner)
        return Away(numbers[name]) if numbers.get(name) else opened(entry)

    def read_or_leave(archive, entry):
        return None if numbers.get(entry.filename) else read_small(archive, entry)

    monkeypatch.setattr(Package, "_opened", staticmethod(open_or_fail))
    monkeypatch.setattr("annotations.imports.archive.read_small", read_or_leave)
    return numbers.__setitem__


def imported(project: Project, path: Path) -> Job:
    """The job after its first run."""
    return work(
        start_import(project=project, user=project.members.first(), incoming=Incoming(path, "tow.zip"))
    )


def tried_again(job: Job) -> Job:
    Job.objects.update(not_before=timezone.now())
    return work(job)


@pytest.mark.parametrize("entry", ["ecotaxa_test.tsv", "o2.png", "notes.tsv"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_an_import_waits_for_a_disk_that_is_away(project, upload, fails, entry, number):
    fails(entry, number)
    put_back = imported(project, upload)
    assert (put_back.state, put_back.message) == (
        "queued",
        "The disk or the network did not answer; goes on in 5 s.",
    )
    assert upload.exists()
    fails(entry, 0)
    done = tried_again(put_back)
    assert (done.state, done.result["objects"]) == ("done", 2)
    assert Object.objects.count() == 2


def test_what_is_damaged_fails_and_is_named(project, upload, fails):
    fails("o2.png", errno.ENOENT)
    failed = imported(project, upload)
    assert failed.state == "failed"
    assert [error["file"] for error in failed.errors] == ["ecotaxa_test.tsv"]
    assert "o2.png cannot be unpacked (No such file or directory)" in failed.errors[0]["message"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_opening_a_package_waits_as_well(project, upload, monkeypatch, number):
    def away(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:  # undo() would undo the fixtures' patches, too
        patched.setattr("annotations.imports.archive.zipfile._EndRecData", away)
        put_back = imported(project, upload)
    assert (put_back.state, upload.exists()) == ("queued", True)
    assert tried_again(put_back).state == "done"


def test_a_folder_that_does_not_answer_is_not_one_that_cannot_be_read(project, upload, monkeypatch):
    def away(folder: Path, onerror: Callable[[OSError], None]) -> list:
        onerror(OSError(errno.ESTALE, "Stale file handle", str(folder)))
        return []

    monkeypatch.setattr("annotations.imports.archive.os.walk", away)
    assert imported(project, upload.parent).state == "queued"
