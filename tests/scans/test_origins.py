"""Scans that nobody uploads: of a folder that the administrator opens, of a bucket, of an address."""

from pathlib import Path

import boto3
import pytest

from annotations.common.problems import Problems
from annotations.jobs.models import Job
from tests.run_jobs import work
from tests.scans.drawing import ground, png, the_scan, tiff
from worker.scans.source import open_scans

pytestmark = pytest.mark.django_db
BUCKET = "trays"


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def trays(tmp_path, settings) -> Path:
    """A folder with `tow/tray.tif`, `tow/notes.md` and a link to a scan outside of it."""
    root = tmp_path / "trays"
    (root / "tow").mkdir(parents=True)
    (root / "tow" / "tray.tif").write_bytes(tiff(ground(90, 80)))
    (root / "tow" / "notes.md").write_text("hello")
    (tmp_path / "secret.tif").write_bytes(tiff(ground(90, 80)))
    (root / "tow" / "out.tif").symlink_to(tmp_path / "secret.tif")
    settings.IMPORT_FOLDERS = {"trays": str(root)}
    return root


@pytest.fixture
def bucket(s3_address, settings):
    """With `tray.png` in it."""
    settings.IMPORT_S3_ENDPOINT, settings.IMPORT_S3_KEY = s3_address, "seston"
    settings.IMPORT_S3_SECRET, settings.IMPORT_BUCKETS = "seston", {"raw": f"s3://{BUCKET}"}
    keys = {"aws_access_key_id": "seston", "aws_secret_access_key": "seston", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=s3_address, **keys)
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="tray.png", Body=png(ground(90, 80)))
    yield
    client.delete_object(Bucket=BUCKET, Key="tray.png")
    client.delete_bucket(Bucket=BUCKET)


def page(project, inner: str = "") -> str:
    return f"/projects/{project.pk}/scans/new/{inner}"


def followed(answer) -> Job:
    assert answer.status_code == 302, answer.content.decode()
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def test_a_manager_chooses_a_scan_in_a_folder(alices, project, trays):
    assert "Folder trays" in alices.get(page(project)).content.decode()
    words = alices.get(page(project, "from/trays/?path=tow")).content.decode()
    assert 'value="./tow/tray.tif"' in words and "notes.md" not in words and "out.tif" not in words
    sent = {"path": "tow", "package": "./tow/tray.tif", "pixel_um": "10.6"}
    assert followed(alices.post(page(project, "from/trays/"), sent)).message == "1 scan came in."
    parent = the_scan(project).parent
    assert (parent.file_name, parent.acquisition.pixel_um) == ("tray.tif", 10.6)
    assert (trays / "tow" / "tray.tif").exists(), "what lies there stays"


def test_a_folder_with_a_link_out_of_it_is_refused_and_comes_in_without(alices, project, trays):
    job = followed(alices.post(page(project, "from/trays/"), {"package": "./tow"}))
    assert job.state == "failed" and "out.tif is a link that leads out" in job.message
    (trays / "tow" / "out.tif").unlink()
    job = followed(alices.post(page(project, "from/trays/"), {"package": "./tow"}))
    assert (job.state, the_scan(project).parent.file_name) == ("done", "tray.tif")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"package": "./tow/tray.tif", "pixel_um": "-2"}, "is not more than 0."),
        ({"package": "./tow/out.tif"}, "leads out of Folder trays"),
        ({"package": "./tow/none.tif"}, "There is no tow/none.tif"),
        ({}, "Choose a file or a folder first."),
    ],
)
def test_what_is_refused_starts_no_job(alices, project, trays, sent, words):
    answer = alices.post(page(project, "from/trays/"), sent)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not project.jobs.exists()


def test_a_link_that_is_put_in_the_place_of_a_chosen_scan_is_not_followed(alices, project, trays):
    answer = alices.post(page(project, "from/trays/"), {"package": "./tow/tray.tif"})
    (trays / "tow" / "tray.tif").unlink()
    (trays / "tow" / "tray.tif").symlink_to(trays.parent / "secret.tif")
    job = followed(answer)
    assert job.state == "failed" and "tray.tif is a link that leads out" in job.message


def test_a_chosen_scan_is_read_to_its_end_whatever_is_put_in_its_place(trays):
    chosen, secret = trays / "tow" / "tray.tif", trays / "tow" / "out.tif"
    job = Job(
        kind="import_scans", params={"path": str(chosen), "name": "tray.tif", "origin": {"kind": "folder"}}
    )
    with open_scans(job, Problems()) as source, source.file("tray.tif", trays) as path:
        content = chosen.read_bytes()
        secret.rename(chosen)
        assert path.read_bytes() == content != b""


def test_a_program_lists_the_scans_of_a_folder(alices, project, trays):
    listing = alices.get(f"/api/v1/projects/{project.pk}/imports/places/trays/?path=tow").json()
    assert ([one["name"] for one in listing["scans"]], listing["zips"], listing["others"]) == (
        ["tray.tif"],
        [],
        1,
    )


def test_a_lone_scan_of_a_bucket(alices, project, bucket):
    assert 'value="./tray.png"' in alices.get(page(project, "from/raw/")).content.decode()
    job = followed(alices.post(page(project, "from/raw/"), {"package": "./tray.png"}))
    assert (job.message, the_scan(project).parent.file_name) == ("1 scan came in.", "tray.png")


def test_an_address_in_a_private_network_is_not_called(alices, project):
    answer = alices.post(page(project, "url/"), {"url": "http://127.0.0.1/tray.tif", "fraction": "1/8"})
    words = answer.content.decode()
    assert answer.status_code == 400 and "Import scans" in words and 'value="1/8"' in words
    assert not project.jobs.exists()


def test_an_address_is_fetched_by_the_job(alices, project):
    answer = alices.post(page(project, "url/"), {"url": "https://93.184.215.14/tray.tif", "sample": "tow"})
    job = Job.objects.get(pk=answer.url.split("/")[-2])
    assert (job.kind, job.params["name"], job.params["origin"]["kind"]) == ("import_scans", "tray.tif", "url")
    assert job.params["metadata"] == {"sample": "tow"}
