"""HTTP to one site: the token, what is sent again when the connection breaks, errors as sentences."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from tqdm.auto import tqdm
from urllib3.util import Retry

from seston_client.errors import SestonError

SECONDS = 120  # without a byte from the site
CHUNK = 1 << 20  # bytes
BUSY = (502, 503, 504)


class Connection:
    """To the site at `url`, as whom the token stands for; without a token, what everybody may see."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/") + "/"
        self.token = token
        self._once = _session(Retry(total=0))
        self._again = _session(
            Retry(total=5, backoff_factor=0.5, status_forcelist=BUSY, allowed_methods=None)
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at a path of the API, as `projects/3/`, or at a whole address of the site."""
        return self._send(self._again, "GET", path, params=params).json()

    def post(self, path: str, json: object = None, *, is_repeatable: bool = False, **options: Any) -> Any:
        """`is_repeatable`: of a route that knows an `Idempotency-Key` it is sent again when the connection breaks."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if is_repeatable else {}
        session = self._again if is_repeatable else self._once
        answer = self._send(session, "POST", path, json=json, headers=headers, **options)
        return answer.json() if answer.content else None

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request that is not sent again."""
        return self._send(self._once, method, path, **options)

    @contextmanager
    def stream(self, address: str, start: int = 0) -> Iterator[requests.Response]:
        """What lies at an address, from a byte on."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        with self._send(self._again, "GET", address, stream=True, headers=headers) as answer:
            yield answer

    def download(self, address: str, path: Path, *, has_bar: bool = True) -> Path:
        """Writes what lies at an address to the path. What an earlier try left beside it (`….part`) is gone on with."""
        part = path.with_name(f"{path.name}.part")
        start = part.stat().st_size if part.exists() else 0
        with self.stream(address, start) as answer:
            is_rest = answer.status_code == 206
            with part.open("ab" if is_rest else "wb") as file:
                _write(answer, file, start if is_rest else 0, path.name if has_bar else "")
        return part.rename(path)

    def _send(self, session: requests.Session, method: str, path: str, **options: Any) -> requests.Response:
        address = self._address(path)
        headers = {**self._credentials(address), **options.pop("headers", {})}
        try:
            answer = session.request(method, address, headers=headers, timeout=SECONDS, **options)
        except requests.RequestException as error:
            raise SestonError(f"{self.url} cannot be reached: {error}") from error
        if answer.status_code >= 400:
            raise SestonError(_sentence(answer), answer.status_code)
        return answer

    def _address(self, path: str) -> str:
        if path.startswith(("/", "http:", "https:")):
            return urljoin(self.url, path)
        return urljoin(self.url, f"api/v1/{path}")

    def _credentials(self, address: str) -> dict[str, str]:
        """Pictures may lie in a bucket: no other machine gets the token."""
        is_own = urlsplit(address)[:2] == urlsplit(self.url)[:2]
        return {"Authorization": f"Token {self.token}"} if self.token and is_own else {}


def _session(retry: Retry) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no netrc in the place of the token
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def _write(answer: requests.Response, file: IO[bytes], start: int, name: str) -> None:
    left = int(answer.headers.get("Content-Length") or 0)
    with tqdm(
        desc=name, total=start + left or None, initial=start, unit="B", unit_scale=True, disable=not name
    ) as bar:
        for block in answer.iter_content(CHUNK):
            file.write(block)
            bar.update(len(block))


def _sentence(answer: requests.Response) -> str:
    try:
        return answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"The site answered {answer.status_code} {answer.reason} for {answer.url}."
