"""What `seston_client` makes of sites that break off, lead on, or are none."""

import os
import pickle

import pytest

from seston_client import SestonError
from seston_client.downloads import download
from seston_client.uploads import upload
from tests.client.conftest import send

OLD, NEW = b"abcdefghij" * 1000, b"0123456789" * 900


def breaks_off_once(first: bytes, tag: str, then: bytes, then_tag: str):
    """Gives a third of the first file; whoever comes back finds the other one, in parts if it is the same."""
    calls = []

    def answer(handler) -> None:
        if not calls:
            calls.append(True)
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(first)))
            handler.send_header("ETag", tag)
            handler.end_headers()
            handler.wfile.write(first[: len(first) // 3])
            handler.close_connection = True
            return
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        if start and handler.headers.get("If-Range") == then_tag:
            send(handler, then[start:], 206, ETag=then_tag)
        else:
            send(handler, then, ETag=then_tag)

    return answer


def test_a_download_that_breaks_off_goes_on_where_it_was(pretend, tmp_path, monkeypatch):
    monkeypatch.setattr("seston_client.downloads.CHUNK", 100)
    site = pretend(breaks_off_once(OLD, '"1"', OLD, '"1"'))
    assert download(site.connection, "/tow.zip", tmp_path / "tow.zip").read_bytes() == OLD
    assert site.requests[1][1]["Range"] == f"bytes={len(OLD) // 3 // 100 * 100}-"
    assert [path.name for path in tmp_path.iterdir()] == ["tow.zip"]


def test_a_file_that_was_replaced_meanwhile_is_not_joined_with_the_other(pretend, tmp_path):
    site = pretend(breaks_off_once(OLD, '"1"', NEW, '"2"'))
    assert download(site.connection, "/tow.zip", tmp_path / "tow.zip").read_bytes() == NEW


@pytest.mark.parametrize("left", [b"of another file", NEW])
def test_what_another_download_left_is_no_part_of_this_one(pretend, tmp_path, left):
    (tmp_path / "tow.zip.part").write_bytes(left)
    site = pretend(lambda handler: send(handler, NEW, ETag='"2"'))
    assert download(site.connection, "/tow.zip", tmp_path / "tow.zip").read_bytes() == NEW


def test_an_upload_ends_also_where_bars_are_switched_off(pretend, tmp_path):
    (tmp_path / "tow.zip").write_bytes(OLD)

    def answer(handler) -> None:
        sent = int(handler.headers["Content-Length"] or 0)
        handler.rfile.read(sent)
        send(handler, b"", 201, Location="/api/v1/uploads/7/", Upload_Offset=str(sent))

    site = pretend(answer)
    assert upload(site.connection, tmp_path / "tow.zip", has_bar=False) == "7"
    assert len(site.requests) == 2


def test_the_token_goes_to_the_site_alone(pretend):
    bucket = pretend(lambda handler: send(handler, b"a picture"))
    address = bucket.url.replace("127.0.0.1", "localhost")
    site = pretend(lambda handler: send(handler, b"", 302, Location=f"{address}/key?signature=1"))
    with site.connection.stream("/vignettes/1.png") as answer:
        assert answer.content == b"a picture"
    with site.connection.stream(f"{address}/key") as answer:
        assert answer.content == b"a picture"
    assert site.requests[0][1]["Authorization"] == "Token a-token"
    assert not [headers for _, headers in bucket.requests if "Authorization" in headers]


def test_a_post_that_is_led_on_says_where_the_site_is(pretend):
    site = pretend(lambda handler: send(handler, b"", 301, Location="https://elsewhere.example.org/api/v1/"))
    with pytest.raises(SestonError, match=r"has moved to https://elsewhere\.example\.org"):
        site.connection.post("projects/3/exports/", {})
    assert [request for request, _ in site.requests] == ["POST /api/v1/projects/3/exports/"]


def test_what_is_no_seston_site_is_said(pretend):
    site = pretend(lambda handler: send(handler, b"<html>Welcome"))
    with pytest.raises(SestonError, match="answers as no Seston site does"):
        site.connection.get("projects/")


def test_a_picture_that_breaks_off_is_an_error_in_words(pretend):
    site = pretend(breaks_off_once(OLD, '"1"', OLD, '"1"'))
    with pytest.raises(SestonError, match="cannot be reached"), site.connection.stream("/a.png") as answer:
        print(answer.content)


def test_processes_that_were_forked_share_no_socket(pretend):
    """Each would read what the other asked for."""
    ports: list[int] = []

    def answer(handler) -> None:
        ports.append(handler.client_address[1])
        send(handler, b"{}")

    connection = pretend(answer).connection
    connection.get("projects/")
    if (child := os.fork()) == 0:
        connection.get("projects/")
        os._exit(0)
    os.waitpid(child, 0)
    connection.get("projects/")
    first, of_child, again = ports
    assert first == again != of_child


def test_a_connection_reaches_processes_that_begin_anew(pretend):
    connection = pretend(lambda handler: send(handler, b"[]")).connection
    connection.get("projects/")
    assert pickle.loads(pickle.dumps(connection)).get("projects/") == []
