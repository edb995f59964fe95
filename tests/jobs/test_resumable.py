"""Uploads by tus: they go on where they were cut off, belong to who sends them, and are imported once."""

import base64
import hashlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotations.accounts.tokens import create_token
from annotations.jobs.models import Job, Upload
from annotations.jobs.resumable import append, create_upload, offset_of
from annotations.jobs.sweeping import sweep
from annotations.pictures.artefacts import own_path
from annotations.samples.models import Object
from tests.imports.packages import package, row
from tests.platform.servers import ROOT
from tests.run_jobs import work

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def metadata(name: str) -> dict[str, str]:
    return {"Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}"}


def begin(client: Client, size: int, name: str = "tow.zip") -> str:
    """The upload's address."""
    answer = client.post("/api/v1/uploads/", headers={**TUS, "Upload-Length": str(size), **metadata(name)})
    assert answer.status_code == 201, answer.content
    return answer["Location"]


def patch(client: Client, url: str, offset: int, content: bytes, **headers: str):
    sent = {**TUS, "Upload-Offset": str(offset), **headers}
    return client.patch(url, content, content_type=BYTES, headers=sent)


@pytest.fixture
def sender(client, alice, project) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.django_db
def test_a_package_arrives_in_pieces_and_is_imported_once(sender, project, tmp_path):
    content = package(tmp_path / "tow.zip", [row(1), row(2)]).read_bytes()
    url = begin(sender, len(content), "Käfer.zip")
    first = patch(sender, url, 0, content[:100])
    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (204, "100", "1.0.0")
    head = sender.head(url, headers=TUS)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"], head["Cache-Control"]) == (
        200,
        "100",
        str(len(content)),
        "no-store",
    )
    assert patch(sender, url, 100, content[100:])["Upload-Offset"] == str(len(content))
    number = url.rstrip("/").rpartition("/")[2]
    imports = f"/api/v1/projects/{project.pk}/imports/"
    started = sender.post(imports, {"upload": number})
    assert started.status_code == 202, started.content
    job = work(Job.objects.get(pk=started.json()["id"]))
    assert (job.state, job.params["name"]) == ("done", "Käfer.zip")
    assert Object.objects.filter(project=project).count() == 2
    assert not list(own_path("uploads").iterdir()), "nothing of it is left"
    again = sender.post(imports, {"upload": number})
    assert (again.status_code, "send the file again" in again.json()["detail"]) == (404, True)


@pytest.mark.django_db
def test_what_is_not_whole_is_not_imported_and_stays(sender, project):
    url = begin(sender, 10)
    patch(sender, url, 0, b"123")
    number = url.rstrip("/").rpartition("/")[2]
    answer = sender.post(f"/projects/{project.pk}/import/", {"upload": number}, follow=True)
    assert "3 of 10 bytes are here. Send the rest first." in answer.content.decode()
    assert not Job.objects.exists()
    assert sender.head(url, headers=TUS)["Upload-Offset"] == "3"
    page = sender.get(f"/projects/{project.pk}/import/").content.decode()
    assert "30 % is here. Choose the same file above" in page


@pytest.mark.django_db
def test_the_page_imports_what_is_whole(sender, project, tmp_path):
    content = package(tmp_path / "tow.zip", [row(1)]).read_bytes()
    url = begin(sender, len(content))
    patch(sender, url, 0, content)
    number = url.rstrip("/").rpartition("/")[2]
    assert f'value="{number}"' in sender.get(f"/projects/{project.pk}/import/").content.decode()
    sender.post(f"/projects/{project.pk}/import/", {"upload": number, "dry_run": "on"})
    job = work(Job.objects.get())
    assert "can be imported" in job.message
    sender.post(f"/projects/{project.pk}/import/{job.pk}/")
    assert work(Job.objects.first()).state == "done", "kept after a dry run: sent once, imported from there"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Upload-Offset": "2"}, b"x", 409),
        ({"Upload-Offset": "three"}, b"x", 400),
        ({}, b"12345678", 413),
        ({"Tus-Resumable": "0.2.2"}, b"x", 412),
        ({"Content-Type": "application/octet-stream"}, b"x", 415),
    ],
)
def test_what_does_not_fit_changes_nothing(sender, headers, content, status):
    url = begin(sender, 10)
    patch(sender, url, 0, b"123")
    kind = headers.pop("Content-Type", BYTES)
    sent = {**TUS, "Upload-Offset": "3", **headers}
    answer = sender.patch(url, content, content_type=kind, headers=sent)
    assert answer.status_code == status, answer.content
    assert sender.head(url, headers=TUS)["Upload-Offset"] == "3"
    if status == 412:
        assert answer["Tus-Version"] == "1.0.0"


@pytest.mark.django_db
def test_what_the_server_speaks(sender, settings):
    answer = sender.options("/api/v1/uploads/")
    assert (answer["Tus-Version"], answer["Tus-Extension"]) == ("1.0.0", "creation,termination,expiration")
    assert answer["Tus-Max-Size"] == str(settings.UPLOAD_MAX_BYTES)


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["0", "-1", "", "many", "10000000001"])
def test_sizes_that_are_refused(sender, size):
    answer = sender.post("/api/v1/uploads/", headers={**TUS, "Upload-Length": size})
    assert answer.status_code in (400, 413)
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_a_person_has_so_much_room(sender, settings):
    settings.UPLOAD_QUOTA_BYTES = 10
    url = begin(sender, 7)
    refused = sender.post("/api/v1/uploads/", headers={**TUS, "Upload-Length": "4"})
    assert (refused.status_code, "Import or remove one" in refused.content.decode()) == (400, True)
    assert sender.delete(url, headers=TUS).status_code == 204
    assert not list(own_path("uploads").iterdir())
    assert sender.head(url, headers=TUS).status_code == 404
    begin(sender, 4)


@pytest.mark.django_db
def test_an_upload_is_for_who_sends_it_and_for_managers(sender, client, root, vera):
    url = begin(sender, 10)
    client.force_login(root)
    assert client.head(url, headers=TUS).status_code == 404
    assert patch(client, url, 0, b"1").status_code == 404
    assert client.delete(url, headers=TUS).status_code == 404
    client.force_login(vera)
    answer = client.post("/api/v1/uploads/", headers={**TUS, "Upload-Length": "1"})
    assert (answer.status_code, "Only managers" in answer.json()["detail"]) == (403, True)


@pytest.mark.django_db
def test_an_upload_that_nobody_goes_on_with_is_removed(sender):
    url = begin(sender, 10)
    patch(sender, url, 0, b"123")
    (draft,) = own_path("uploads").iterdir()
    os.utime(draft, (0, 0))
    assert sweep() == 0, "its days are not over"
    Upload.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert sender.head(url, headers=TUS).status_code == 404
    assert sweep() == 1 and not draft.exists()


@pytest.mark.django_db
def test_two_requests_do_not_write_at_once(sender, alice):
    url = begin(sender, 10)
    upload = Upload.objects.get()
    statuses: list[int] = []

    class Slow:
        def read(self, size: int) -> bytes:
            statuses.append(patch(sender, url, 0, b"x").status_code)
            return b""

    append(upload=upload, offset=0, source=Slow())
    assert (statuses, offset_of(upload)) == ([423], 0)


# --- A server that is killed ------------------------------------------------------------------------------------


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Site:
    """The web process, on a port of its own."""

    def __init__(self, home: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        where = connection.settings_dict
        database = f"postgresql://{where['USER']}@{quote(where['HOST'], safe='')}/{where['NAME']}"
        self.environment = {
            **os.environ,
            "SESTON_HOME": str(home),
            "SESTON_SECRET_KEY": django_settings.SECRET_KEY,
            "DATABASE_URL": database,
            "REDIS_URL": django_settings.REDIS_URL,
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "seston.asgi:application", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers, "the web process did not start")

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> dict[str, str]:
        line = HTTPConnection("127.0.0.1", self.port)
        line.request(method, url, body, headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status < 300, answer.status
        return dict(answer.getheaders())

    def cut_off(self, url: str, headers: dict[str, str], size: int, part: bytes) -> socket.socket:
        """Begins to send `size` bytes, and stops after `part` of them."""
        line = socket.create_connection(("127.0.0.1", self.port))
        lines = [f"PATCH {url} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {size}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        line.sendall("\r\n".join([*lines, "", ""]).encode() + part)
        return line


@pytest.fixture
def site(transactional_db, tmp_path) -> Iterator[Site]:
    running = Site(tmp_path)
    yield running
    running.kill()


def test_a_server_that_is_killed_loses_only_what_it_had_not_written(site, alice, tmp_path):
    content = random.Random(4).randbytes(12 * 2**20)
    upload = create_upload(user=alice, name="tow.zip", size=len(content))
    key = create_token(user=alice, name="tus")[1]
    headers = {**TUS, "Authorization": f"Token {key}"}
    url = f"/api/v1/uploads/{upload.pk}/"
    sent = {**headers, "Content-Type": BYTES, "Upload-Offset": "0"}
    half = 6 * 2**20
    with site.cut_off(url, sent, len(content), content[:half]):
        until(lambda: offset_of(upload) >= half - 2**20, "what was sent did not arrive")
        site.kill()
    site.start()
    offset = int(site.ask("HEAD", url, headers)["upload-offset"])
    assert half - 2**20 <= offset <= half
    rest = {**headers, "Content-Type": BYTES, "Upload-Offset": str(offset)}
    assert site.ask("PATCH", url, rest, content[offset:])["upload-offset"] == str(len(content))
    (draft,) = own_path("uploads").iterdir()
    assert hashlib.sha256(draft.read_bytes()).digest() == hashlib.sha256(content).digest()
