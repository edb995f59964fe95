"""A request goes to the address that was checked, and where a redirect leads is checked as well."""

import math
import socket
import time

import pytest

from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.common.outgoing.requests import read_body, refuse_status, send_request


def body_of(url: str, most: int = 100, until: float = math.inf, **more) -> bytes:
    with send_request("GET", url, **more) as response:
        refuse_status(response, url)
        return read_body(response, most, until)


def test_a_file_is_read_up_to_its_bound(file_server):
    file_server.files["/a?b=c"] = b"plankton"
    assert body_of(f"{file_server.address}/a?b=c", most=8) == b"plankton"
    with pytest.raises(OutgoingRefused, match="larger than 7 bytes"):
        body_of(f"{file_server.address}/a?b=c", most=7)


def test_the_connection_goes_to_what_was_checked_and_the_name_is_not_asked_for_again(
    file_server, monkeypatch
):
    real, names = socket.getaddrinfo, []

    def first_here_then_elsewhere(host, *args, **kwargs):
        names.append(host)
        return real("127.0.0.1" if host == "localhost" and names.count(host) == 1 else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", first_here_then_elsewhere)
    file_server.files["/"] = b"here"
    address = file_server.address.replace("127.0.0.1", "localhost")
    assert body_of(address) == b"here"
    assert names.count("localhost") == 1, "a second look could lead elsewhere"
    assert file_server.requests[0][2]["Host"] == address.removeprefix("http://")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is an address inside"),
        ("http://127.0.0.1:1/", "Port 1 of"),
        ("http://[::1]:8000/", "::1 is an address inside"),
        ("//10.0.0.1/", "10.0.0.1 is an address inside"),
        ("file:///etc/passwd", "no address that begins with https"),
        ("http://[::1", "redirects to what is no address"),
    ],
)
def test_a_redirect_that_leads_inside_is_refused(file_server, location, words):
    file_server.redirects["/a"] = location
    with pytest.raises(OutgoingRefused, match=words):
        body_of(f"{file_server.address}/a")


def test_redirects_are_followed_but_not_for_ever(file_server):
    file_server.redirects |= {"/a": "/b", "/loop": "/loop"}
    file_server.files["/b"] = b"there"
    assert body_of(f"{file_server.address}/a") == b"there"
    with pytest.raises(OutgoingRefused, match="redirects more than 5 times"):
        body_of(f"{file_server.address}/loop")


def test_another_server_does_not_get_the_token(file_server):
    elsewhere = file_server.address.replace("127.0.0.1", "localhost")
    file_server.redirects |= {"/here": "/b", "/there": f"{elsewhere}/b"}
    file_server.files["/b"] = b""
    for path in ("/here", "/there"):
        body_of(f"{file_server.address}{path}", headers={"Authorization": "Bearer secret"})
    tokens = [headers.get("Authorization") for _, path, headers in file_server.requests if path == "/b"]
    assert tokens == ["Bearer secret", None]


def test_what_is_sent_is_not_sent_on(file_server):
    file_server.redirects["/login"] = "/elsewhere"
    with (
        pytest.raises(OutgoingRefused, match="redirects what is sent"),
        send_request("POST", f"{file_server.address}/login", body=b"{}"),
    ):
        pass
    assert [path for _, path, _ in file_server.requests] == ["/login"]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, OutgoingRefused, "needs no sign-in"),
        (404, OutgoingRefused, r"nothing at this address \(404\)"),
        (418, OutgoingRefused, "answered with 418"),
        (429, ServerAway, r"could not answer now \(429\)"),
        (503, ServerAway, r"could not answer now \(503\)"),
    ],
)
def test_what_the_server_refuses_is_told_from_what_passes(file_server, status, error, words):
    file_server.statuses = [status]
    with pytest.raises(error, match=words):
        body_of(file_server.address)


def test_nobody_who_listens_is_a_server_that_is_away(file_server, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    settings.PRIVATE_HOSTS = [host]
    with pytest.raises(ServerAway, match=r"127\.0\.0\.1 did not answer"):
        body_of(f"http://{host}/")


def test_an_answer_that_breaks_off_is_never_taken_for_whole(file_server):
    file_server.files["/"] = b"plankton"
    file_server.breaks_after = [3]
    with pytest.raises(ServerAway, match="broke off"):
        body_of(file_server.address)


def test_a_server_that_sends_a_little_and_waits_is_given_up_when_its_time_is_over(file_server):
    file_server.files["/"] = b"plankton"
    file_server.stalls_after = [3]
    with pytest.raises(ServerAway, match="too slow: after 3 bytes"):
        body_of(file_server.address, until=time.monotonic(), seconds=600)


def test_a_server_that_speaks_no_tls_proves_nothing(file_server):
    with pytest.raises((OutgoingRefused, ServerAway)):
        body_of(file_server.address.replace("http:", "https:"))
