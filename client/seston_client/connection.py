"""HTTP to one site: the token, what is sent again when the connection breaks, errors as sentences."""

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from seston_client.errors import SestonError

SECONDS = 120  # without a byte from the site
ONCE = Retry(total=0)
AGAIN = Retry(total=5, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=None)
READING = ("GET", "HEAD")


class Connection:
    """To the site at `url`, as whom the token stands for; without a token, what everybody may see."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/") + "/"
        self.token = token
        self._sessions: dict[tuple[int, bool], requests.Session] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_sessions": {}}  # for processes that begin anew: sockets stay here

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at a path of the API, as `projects/3/`, or at a whole address of the site."""
        return self._json(self._send("GET", path, may_repeat=True, params=params))

    def post(self, path: str, json: object = None, *, is_repeatable: bool = False, **options: Any) -> Any:
        """`is_repeatable`: of a route that knows an `Idempotency-Key` it is sent again when the connection breaks."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if is_repeatable else {}
        answer = self._send("POST", path, may_repeat=is_repeatable, json=json, headers=headers, **options)
        return self._json(answer) if answer.content else None

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request that is not sent again."""
        return self._send(method, path, **options)

    @contextmanager
    def stream(self, address: str, headers: Mapping[str, str] | None = None) -> Iterator[requests.Response]:
        """What lies at an address, byte for byte. A connection that breaks in the middle is a SestonError, too."""
        own = {"Accept-Encoding": "identity", **(headers or {})}
        with (
            self._reaching(),
            self._send("GET", address, may_repeat=True, stream=True, headers=own) as answer,
        ):
            yield answer

    def _send(self, method: str, path: str, *, may_repeat: bool = False, **options: Any) -> requests.Response:
        address = self._address(path)
        headers = {**self._credentials(address), **options.pop("headers", {})}
        options |= {"timeout": SECONDS, "allow_redirects": method in READING}
        with self._reaching():
            answer = self._session(may_repeat).request(method, address, headers=headers, **options)
        if answer.status_code >= 400:
            raise SestonError(_sentence(answer), answer.status_code)
        if answer.is_redirect:  # a POST that is led on becomes a GET
            raise SestonError(f"{address} has moved to {answer.headers['Location']}.", answer.status_code)
        return answer

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except requests.RequestException as error:
            raise SestonError(f"{self.url} cannot be reached: {error}") from error

    def _session(self, may_repeat: bool) -> requests.Session:
        """One a process: two that share a socket since a fork would read each other's answers."""
        key = os.getpid(), may_repeat
        if key not in self._sessions:
            self._sessions[key] = _new_session(AGAIN if may_repeat else ONCE)
        return self._sessions[key]

    def _json(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            raise SestonError(f"{answer.url} answers as no Seston site does.", answer.status_code) from error

    def _address(self, path: str) -> str:
        if path.startswith(("/", "http:", "https:")):
            return urljoin(self.url, path)
        return urljoin(self.url, f"api/v1/{path}")

    def _credentials(self, address: str) -> dict[str, str]:
        """Pictures may lie in a bucket: no other machine gets the token."""
        is_own = urlsplit(address)[:2] == urlsplit(self.url)[:2]
        return {"Authorization": f"Token {self.token}"} if self.token and is_own else {}


def _new_session(retry: Retry) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no netrc in the place of the token
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def _sentence(answer: requests.Response) -> str:
    try:
        return answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"The site answered {answer.status_code} {answer.reason} for {answer.url.partition('?')[0]}."
