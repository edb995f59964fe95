"""A bucket that the administrator opens: a zip in it, or all files under a prefix."""

import io
import zipfile
from dataclasses import replace

import boto3
import pytest
from django.core.exceptions import ValidationError

from annotations.imports.origins import bucket_fetching
from annotations.imports.origins.buckets import BucketPlace
from annotations.imports.origins.reporting import FetchReport
from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.samples.models import Object
from tests.imports.packages import package, row
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
BUCKET = "cruise-data"


@pytest.fixture
def bucket_files(s3_address, settings, tmp_path):
    """`open/2024/tow.zip`, the files of another package under `open/net/`, and one that is not open."""
    settings.IMPORT_S3_ENDPOINT, settings.IMPORT_S3_KEY, settings.IMPORT_S3_SECRET = (
        s3_address,
        "seston",
        "seston",
    )
    settings.IMPORT_BUCKETS = {"raw": f"s3://{BUCKET}/open"}
    client = boto3.client(
        "s3",
        endpoint_url=s3_address,
        aws_access_key_id="seston",
        aws_secret_access_key="seston",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)

    def put(key: str, content: bytes) -> None:
        client.put_object(Bucket=BUCKET, Key=key, Body=content)

    put("open/2024/tow.zip", package(tmp_path / "tow.zip", [row(1)]).read_bytes())
    put("closed/secret.zip", package(tmp_path / "secret.zip", [row(9)]).read_bytes())
    net = zipfile.ZipFile(io.BytesIO(package(tmp_path / "net.zip", [row(2), row(3)]).read_bytes()))
    put("open/net/", b"")
    for name in net.namelist():
        put(f"open/net/{name}", net.read(name))
    yield put
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def place() -> BucketPlace:
    return BucketPlace("raw", f"s3://{BUCKET}/open")


@pytest.fixture
def start(client, alice, project):
    """Starts an import of a path in the bucket by the API."""
    client.force_login(alice)

    def start(path: str, **body: object) -> Job:
        answer = client.post(
            f"/api/v1/projects/{project.pk}/imports/", {"bucket": "raw", "path": path, **body}
        )
        assert answer.status_code == 202, answer.content.decode()
        return Job.objects.get(pk=answer.json()["id"])

    return start


def names() -> list[str]:
    return sorted(Object.objects.values_list("wide__original_id", flat=True))


def test_a_bucket_lists_what_lies_under_its_prefix(bucket_files, place):
    outermost, net = place.listing(""), place.listing("net")
    assert (outermost.folders, outermost.files, outermost.others) == (["2024", "net"], [], 0)
    assert [name for name, _ in place.listing("2024").files] == ["tow.zip"]
    assert (net.folders, net.files, net.others) == ([], [], 3), "the mark of the folder is no file"


@pytest.mark.parametrize("path", ["../closed/secret.zip", "nothing", "2024/../../closed"])
def test_nothing_outside_its_prefix_is_open(bucket_files, place, path):
    with pytest.raises(ValidationError):
        place.package(path)


@pytest.mark.parametrize(
    ("path", "expected"), [("2024/tow.zip", ["o1"]), ("net", ["o2", "o3"]), ("net/", ["o2", "o3"])]
)
def test_a_zip_and_a_prefix_are_imported(bucket_files, start, settings, path, expected):
    checked = work(start(path, dry_run=True))
    assert (checked.state, names()) == ("done", []), checked.message
    job = work(start(path))
    assert (job.state, names()) == ("done", expected), job.message
    assert len(list(settings.UPLOADS_FOLDER.iterdir())) == 1, "only what was checked is kept"


def test_a_manager_browses_it(bucket_files, client, alice, project):
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/import/from/raw/?path=2024").content.decode()
    assert "Bucket raw" in page and 'value="./2024/tow.zip"' in page


def test_a_worker_that_was_killed_left_what_it_had(bucket_files, start, monkeypatch):
    fetched: list[str] = []
    real = bucket_fetching._copy

    def counts(answer, target, report) -> None:
        if len(fetched) == 2:
            raise SystemExit
        fetched.append(target.name)
        real(answer, target, report)

    monkeypatch.setattr(bucket_fetching, "CONNECTIONS", 1)
    job = start("net")
    with monkeypatch.context() as patch:
        patch.setattr(bucket_fetching, "_copy", counts)
        with pytest.raises(SystemExit):
            work(job)
    assert len(fetched) == 2
    Job.objects.filter(pk=job.pk).update(state="queued")
    more: list[object] = []
    monkeypatch.setattr(bucket_fetching, "_copy", lambda *args: (more.append(args), real(*args)))
    assert (work(job).state, names(), len(more)) == ("done", ["o2", "o3"], 1)


def test_a_large_zip_comes_by_ranges_and_goes_on(bucket_files, start, monkeypatch):
    monkeypatch.setattr(bucket_fetching, "RANGE_BYTES", 100)
    starts: list[int] = []
    real = bucket_fetching._copy

    def stops(answer, target, report) -> None:
        if len(starts) == 2:
            raise SystemExit
        starts.append(target.tell())
        real(answer, target, report)

    job = start("2024/tow.zip")
    with monkeypatch.context() as patch:
        patch.setattr(bucket_fetching, "_copy", stops)
        with pytest.raises(SystemExit):
            work(job)
    Job.objects.filter(pk=job.pk).update(state="queued")
    monkeypatch.setattr(
        bucket_fetching,
        "_copy",
        lambda answer, target, *more: (starts.append(target.tell()), real(answer, target, *more)),
    )
    assert (work(job).state, names()) == ("done", ["o1"])
    assert starts[:4] == [0, 100, 200, 300]


def test_each_file_is_a_step_at_which_a_job_can_be_cancelled(bucket_files, start, monkeypatch, settings):
    steps: list[int] = []
    monkeypatch.setattr(FetchReport, "step", lambda self, size, whole: steps.append(size))
    assert work(start("net")).state == "done"
    assert len(steps) == 3 and steps == sorted(set(steps))


def test_a_large_file_is_left_in_the_middle_of_it(bucket_files, start, place, monkeypatch, tmp_path):
    monkeypatch.setattr(bucket_fetching, "BLOCK", 10)
    progress = Progress(start("net"))
    progress._cancelled.set()
    body = {"Body": io.BytesIO(b"x" * 100)}
    with (tmp_path / "part").open("wb") as target, pytest.raises(JobCancelled):
        bucket_fetching._copy(body, target, FetchReport(progress, "net"))


def test_too_many_files_are_refused_before_they_fill_the_memory(bucket_files, start, monkeypatch):
    monkeypatch.setattr(bucket_fetching, "MOST_FILES", 2)
    assert "more than 2 files under this path" in work(start("net")).message


def test_what_goes_while_it_is_fetched_is_no_fault_of_the_settings(bucket_files, start, place, monkeypatch):
    listed = bucket_fetching._pages

    def with_one_that_is_gone(*args):
        for page in listed(*args):
            yield [*page, {**page[0], "Key": "open/net/gone.png"}]

    monkeypatch.setattr(bucket_fetching, "_pages", with_one_that_is_gone)
    assert "net changed in Bucket raw while it was fetched" in work(start("net")).message


def test_what_is_too_large_or_gone_or_closed_is_said(bucket_files, start, settings):
    settings.FETCH_MAX_BYTES = 10
    for path in ("net", "2024/tow.zip"):
        assert "SESTON_FETCH_MAX_BYTES" in work(start(path)).message
    job = start("net")
    settings.IMPORT_BUCKETS = {}
    assert "There is no place called raw" in work(job).message
    settings.IMPORT_BUCKETS = {"raw": "no-such-bucket"}
    with pytest.raises(ValidationError, match=r"Bucket raw is not open to the site \(NoSuchBucket\)"):
        BucketPlace("raw", "no-such-bucket").listing("")
    assert list(settings.UPLOADS_FOLDER.iterdir()) == []


def test_a_site_without_a_key_says_whom_to_ask_and_the_administrator_what_to_set(
    bucket_files, place, start, settings, monkeypatch
):
    job = start("net")
    settings.IMPORT_S3_KEY = settings.IMPORT_S3_SECRET = ""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    sentence = "The site has no key to Bucket raw. Ask an administrator of the site to give it one."
    with pytest.raises(ValidationError, match=sentence):
        place.listing("")
    with pytest.raises(ValidationError, match="Set SESTON_IMPORT_S3_KEY and SESTON_IMPORT_S3_SECRET"):
        replace(place, is_for_administrator=True).listing("")
    assert sentence in work(job).message


@pytest.mark.parametrize(("name", "status"), [("vera", 403), ("bob", 403), ("carla", 403), ("dan", 404)])
def test_only_managers_import_from_a_bucket(client, request, project, dan, bucket_files, name, status):
    client.force_login(request.getfixturevalue(name))
    assert client.get(f"/projects/{project.pk}/import/from/raw/").status_code == status
    body = {"bucket": "raw", "path": "2024/tow.zip"}
    assert client.post(f"/api/v1/projects/{project.pk}/imports/", body).status_code == status
