"""What a worker looks at before it goes on: the folder is as it was, and no page tells the address."""

import os

import pytest

from annotations.imports.actions import import_package, start_import
from annotations.imports.origins.fetching import bring_package
from annotations.imports.origins.fingerprints import fingerprint
from annotations.imports.origins.folders import FolderPlace
from annotations.imports.origins.places import Incoming
from annotations.imports.origins.urls import address_of, package_at
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from tests.imports.packages import package, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(project, alice, tmp_path, settings):
    settings.IMPORT_FOLDERS = {"cruises": str(tmp_path)}
    package(tmp_path / "tow.zip", [row(1)])
    incoming = FolderPlace("cruises", str(tmp_path)).package("tow.zip")
    started = start_import(project=project, user=alice, incoming=incoming)
    started.state = "running"
    started.save()
    return started


def test_a_package_that_changed_under_a_worker_is_refused_by_the_next(job, tmp_path):
    bring_package(job, Progress(job))
    bring_package(job, Progress(job))
    package(tmp_path / "tow.zip", [row(1), row(2)])
    with pytest.raises(JobError, match=r"tow\.zip was changed while it was imported"):
        import_package(job, Progress(job))


def test_so_is_a_folder_of_whoever_runs_a_command(project, alice, tmp_path):
    folder = tmp_path / "tow"
    folder.mkdir()
    table = folder / "ecotaxa_tow.tsv"
    table.write_text("as it was checked")
    job = start_import(project=project, user=alice, incoming=Incoming(folder, "tow"))
    job.state = "running"
    job.save()
    bring_package(job, Progress(job))
    table.write_text("as it is now")
    with pytest.raises(
        JobError, match=r"tow was changed while it was imported. What came in until then is here"
    ):
        import_package(job, Progress(job))


def test_a_folder_is_another_when_any_file_of_it_is(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_text("1")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    os.utime(tmp_path / "a" / "x.png", ns=(1, 1))
    assert fingerprint(tmp_path) != before


def test_a_signed_address_stands_in_no_parameter(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    url = "http://127.0.0.1/tow.zip?X-Amz-Signature=abc123"
    incoming = package_at(url)
    assert "abc123" not in str(incoming) and incoming.name == "tow.zip"
    assert address_of(incoming.origin) == url
