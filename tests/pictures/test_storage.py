"""Pictures in a folder and in a bucket: what goes in comes out; a storage that is away is told from a lost picture."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from django.core.files.storage import default_storage

from annotations.jobs.transient import transient_cause
from annotations.pictures import streaming
from annotations.pictures.keys import image_key, image_url
from annotations.pictures.local_copies import local_paths
from annotations.pictures.store import StorageUnavailable, read_picture, store_once
from tests.imports.packages import png
from tests.pictures.picture_requests import get
from tests.s3 import s3_storage

CONTENT = png(1)
KEY = image_key(CONTENT, "png")
LOST = image_key(b"lost", "png")


@pytest.fixture(autouse=True)
def _through_the_site(settings) -> None:
    """Browsers can't reach the bucket: where they can is in test_presigned.py."""
    settings.S3_PRESIGNED = False


def test_what_is_stored_is_served(storage):
    store_once(KEY, CONTENT)
    answer = get(image_url(KEY))
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_a_file_that_no_memory_holds_comes_in_pieces(storage, monkeypatch):
    monkeypatch.setattr(streaming, "LARGE", 1000)
    monkeypatch.setattr(streaming, "PIECE", 1000)
    content = bytes(range(256)) * 10
    key = image_key(content, "tif")
    store_once(key, content)
    answer = get(image_url(key))
    assert (answer.status, answer.body, answer.largest_piece) == (200, content, 1000)
    assert answer.headers["content-length"] == "2560"


def test_a_picture_in_a_bucket_is_one_request_of_it(bucket, monkeypatch):
    store_once(KEY, CONTENT)
    send, methods = URLLib3Session.send, []

    def counted(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        methods.append(request.method)
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", counted)
    assert get(image_url(KEY)).body == CONTENT
    assert methods == ["GET"]


def test_the_same_bytes_are_stored_once(storage):
    store_once(KEY, CONTENT)
    before = default_storage.get_modified_time(KEY)
    store_once(KEY, CONTENT)
    assert default_storage.get_modified_time(KEY) == before
    assert read_picture(KEY) == CONTENT


def test_a_lost_picture_is_not_found_and_may_come_back(storage):
    answer = get(image_url(LOST))
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
    with pytest.raises(FileNotFoundError):
        read_picture(LOST)
    store_once(LOST, b"lost")
    assert get(image_url(LOST)).body == b"lost"


def test_a_worker_gets_files_and_a_path_of_nothing_for_a_lost_picture(storage, tmp_path):
    store_once(KEY, CONTENT)
    paths = [Path(path) for path in local_paths([KEY, LOST, KEY], tmp_path / "scratch")]
    assert [path.exists() for path in paths] == [True, False, True]
    assert paths[0].read_bytes() == CONTENT
    assert not list(tmp_path.rglob("*.draft"))


# --- A storage that is away ---------------------------------------------------------------------------------


class _Busy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    do_HEAD = do_PUT = do_GET

    def log_message(self, *message: object) -> None:
        """Nothing: the test's output is for people."""


class _Mute(_Busy):
    """Takes the question and never answers, until the client has given up."""

    def do_GET(self) -> None:
        self.connection.settimeout(30)
        self.connection.recv(1)

    do_HEAD = do_PUT = do_GET


@pytest.fixture(params=[_Busy, _Mute, None], ids=["503", "timeout", "no connection"])
def away(request, bucket, settings) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), request.param or _Busy)
    address = f"http://127.0.0.1:{server.server_port}"
    if request.param is None:
        server.server_close()
    else:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": s3_storage(address, bucket, connect_timeout=0.3, read_timeout=0.3),
    }
    yield
    if request.param is not None:
        server.shutdown()
        server.server_close()


def test_a_storage_that_is_away_is_said_and_not_cached(away):
    answer = get(image_url(KEY))
    assert answer.status == 503
    assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "5")
    assert answer.body == b"The storage of pictures does not answer. Load the page again in a moment."


def test_workers_hear_of_a_storage_that_is_away(away, tmp_path):
    for ask in (
        lambda: read_picture(KEY),
        lambda: store_once(KEY, CONTENT),
        lambda: local_paths([KEY], tmp_path),
    ):
        with pytest.raises(StorageUnavailable) as error:
            ask()
        assert transient_cause(error.value) == "The storage did not answer", "so that its job is put back"


def test_a_large_file_that_breaks_off_on_its_way_ends_too_early(storage, monkeypatch, caplog):
    monkeypatch.setattr(streaming, "LARGE", 1000)
    content = bytes(range(256)) * 10
    key = image_key(content, "tif")
    store_once(key, content)

    def piece(key: str, file: IO[bytes]) -> bytes:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(streaming, "_piece", piece)
    answer = get(image_url(key))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "2560")
    assert "broke off: gone" in caplog.text
