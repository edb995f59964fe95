"""One request to another server, and the redirects that it answers with: an address is checked before it is called."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from annotations.common.outgoing.addresses import ServerAddress, checked_addresses, parsed_address
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway

MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
THROTTLED = 429
CONNECT_SECONDS = 10
BLOCK = 2**18  # bytes that are read at once
# what another server than the one that it is meant for must not get
SECRET_HEADERS = {"authorization", "cookie"}
# as it is: what is packed on the way has no ranges, and a few bytes of it may unpack to very many
HEADERS = {"User-Agent": "Seston", "Accept-Encoding": "identity"}
Response = urllib3.BaseHTTPResponse


@contextmanager
def send_request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 60,
) -> Iterator[Response]:
    """The answer, of any status but a redirect; its body is not read yet. `seconds` is how long it may be silent.

    Only GET and HEAD follow redirects. Raises OutgoingRefused for where it leads, ServerAway where nobody answers.
    """
    server, sent = parsed_address(url), {**HEADERS, **(headers or {})}
    for _ in range(MOST_REDIRECTS + 1):
        response = _called(server, method, sent, body, seconds)
        try:
            if response.status not in REDIRECTS or not response.headers.get("Location"):
                yield response
                return
            following = _redirected(server, method, response)
        finally:
            response.close()
        if following.origin != server.origin:
            sent = {name: text for name, text in sent.items() if name.lower() not in SECRET_HEADERS}
        server = following
    raise OutgoingRefused(f"{server.host} redirects more than {MOST_REDIRECTS} times. Use the last address.")


def refuse_status(response: Response, url: str) -> None:
    """Raises OutgoingRefused, or ServerAway where the server says that it is busy, for an answer that is no success."""
    status, host = response.status, parsed_address(url).host
    if status < 300:
        return
    if status == THROTTLED or status >= 500:
        raise ServerAway(f"{host} could not answer now ({status})")
    if status in (401, 403):
        raise OutgoingRefused(
            f"{host} does not let the site in ({status}): use an address that needs no sign-in.", status
        )
    if status in (404, 410):
        raise OutgoingRefused(f"{host} has nothing at this address ({status}). Check it.", status)
    raise OutgoingRefused(f"{host} answered with {status}: open the address in a browser to see why.", status)


def read_pieces(response: Response) -> Iterator[bytes]:
    """The body, as it comes: a server that sends a byte a minute keeps nobody waiting for a whole block. Raises
    ServerAway where it breaks off, OutgoingRefused for one that is packed."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise OutgoingRefused("The server packs what it sends although it was asked not to. Upload the file.")
    try:
        while piece := response.read1(BLOCK, decode_content=False):
            yield piece
    except (HTTPError, OSError) as error:
        raise ServerAway("What the server sent broke off") from error


def read_body(response: Response, most: int, until: float) -> bytes:
    """All of it. Raises as `read_pieces`, OutgoingRefused for more than `most` bytes, and ServerAway where it is not
    here `until` that second of the monotonic clock: a silent server is noticed by the request itself."""
    pieces, size = [], 0
    for piece in read_pieces(response):
        size += len(piece)
        if size > most:
            raise OutgoingRefused(f"The answer is larger than {most:,} bytes, the most that is read.")
        pieces.append(piece)
        if time.monotonic() > until:
            raise ServerAway(f"The server is too slow: after {size:,} bytes the time for its answer was over")
    return b"".join(pieces)


def _called(
    server: ServerAddress, method: str, headers: dict[str, str], body: bytes | None, seconds: float
) -> Response:
    """By the first of its addresses that lets itself be connected to."""
    failure: Exception | None = None
    for address in checked_addresses(server):
        pool = _pool(server, address, seconds)
        try:
            return pool.urlopen(
                method,
                server.target,
                body=body,
                headers={**headers, "Host": server.host_header},
                redirect=False,
                assert_same_host=False,
                preload_content=False,
            )
        except (ConnectTimeoutError, NewConnectionError) as error:
            failure = error
        except SSLError as error:
            reason = getattr(error.args[0], "verify_message", "") or error
            raise OutgoingRefused(f"{server.host} could not prove who it is: {reason}.") from error
        except HTTPError as error:  # what was sent may have arrived: no other address gets it, too
            raise ServerAway(f"{server.host} did not answer") from error
    raise ServerAway(f"{server.host} did not answer") from failure


def _pool(server: ServerAddress, address: str, seconds: float) -> urllib3.HTTPConnectionPool:
    """Of one connection: to `address`, while name and certificate are those of the host."""
    host = f"[{address}]" if ":" in address else address
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds)
    if server.scheme == "http":
        return urllib3.HTTPConnectionPool(host, server.port, timeout=timeout, retries=False)
    return urllib3.HTTPSConnectionPool(
        host,
        server.port,
        timeout=timeout,
        retries=False,
        server_hostname=server.host,
        assert_hostname=server.host,
    )


def _redirected(server: ServerAddress, method: str, response: Response) -> ServerAddress:
    if method not in ("GET", "HEAD"):
        raise OutgoingRefused(
            f"{server.host} redirects what is sent to it: use the address that it leads to.", response.status
        )
    following = parsed_address(_joined(server, response.headers["Location"]))
    if (server.scheme, following.scheme) == ("https", "http"):
        raise OutgoingRefused(
            f"{server.host} redirects to {following.host} without encryption (http), which is not followed.",
            response.status,
        )
    return following


def _joined(server: ServerAddress, location: str) -> str:
    try:
        return urljoin(server.url, location)
    except ValueError:
        raise OutgoingRefused(f"{server.host} redirects to what is no address.") from None
