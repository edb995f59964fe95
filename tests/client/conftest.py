"""A site that answers as a test wants it to: what goes wrong on the way to a real one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from seston_client.connection import Connection

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class PretendSite:
    """Answers with `answer`, and notes each request: its method and path, and its headers."""

    answer: Answer
    url: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return Connection(self.url, "a-token")


@contextmanager
def running(answer: Answer) -> Iterator[PretendSite]:
    site = PretendSite(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.do_GET = self.do_POST = self.do_PATCH = self._noted
            super().handle_one_request()

        def _noted(self) -> None:
            site.requests.append((f"{self.command} {self.path}", dict(self.headers)))
            answer(self)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def pretend() -> Iterator[Callable[[Answer], PretendSite]]:
    """Starts a site for each answer that it is given."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(running(answer))


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, **headers: str) -> None:
    """A whole answer; `_` in the names of headers is `-`."""
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(content)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)
