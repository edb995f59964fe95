"""A small web server of the tests' own: files with ranges and tags, redirects, and connections that break off."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Answers:
    """What the server does. `requests` are method, path and headers of each that came."""

    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)  # of the next answers; 0 is as the rest says
    tag: str = '"one"'
    heeds_if_range: bool = True
    breaks_after: list[int] = field(default_factory=list)  # bytes of the next bodies
    stalls_after: list[int] = field(default_factory=list)  # bytes; the rest comes when the client has gone
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""  # http://127.0.0.1:port


@pytest.fixture
def file_server(settings) -> Iterator[Answers]:
    """Answers on this machine, which the site may call as an exception."""
    answers = Answers()
    handler = type("Handler", (_Handler,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    host = f"127.0.0.1:{server.server_port}"
    settings.PRIVATE_HOSTS = [host, f"localhost:{server.server_port}"]
    answers.address = f"http://{host}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield answers
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    answers: Answers

    def do_GET(self) -> None:
        answers = self.answers
        answers.requests.append((self.command, self.path, dict(self.headers)))
        if answers.statuses and (status := answers.statuses.pop(0)):
            self._end(status)
        elif self.path in answers.redirects:
            self._end(302, Location=answers.redirects[self.path])
        elif self.path in answers.files:
            self._send_file(answers.files[self.path])
        else:
            self._end(404)

    do_POST = do_GET

    def _send_file(self, content: bytes) -> None:
        begin = self.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        is_same = not self.answers.heeds_if_range or self.headers.get("If-Range") == self.answers.tag
        start = int(begin) if begin and is_same else 0
        if begin and start >= len(content):
            return self._end(416, **{"Content-Range": f"bytes */{len(content)}"})
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", self.answers.tag)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        rest = content[start:]
        if self.answers.breaks_after:
            rest = rest[: self.answers.breaks_after.pop(0)]
            self.close_connection = True
        if self.answers.stalls_after:
            self.wfile.write(rest[: self.answers.stalls_after.pop(0)])
            self.connection.recv(1)
            return
        self.wfile.write(rest)

    def _end(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
