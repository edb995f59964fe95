"""The API of an EcoTaxa server, as one account sees it. Its routes are described in `openapi.json` of ecotaxa_back."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from django.conf import settings

from annotations.common.outgoing.addresses import parsed_address
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.common.outgoing.requests import read_body, refuse_status, send_request
from annotations.pulls.errors import NoRight, NotThere, OtherAnswer, SessionEnded, SignInRefused
from annotations.pulls.pace import RequestPace

USUAL = "https://ecotaxa.obs-vlfr.fr"
USER_AGENT = "Seston (moves projects out of EcoTaxa)"
SECONDS = 120  # a server may be silent: it sorts whole projects
MOST_SECONDS = 900  # of one answer as a whole, however large
MOST_ANSWER = 200_000_000  # bytes
MOST_PICTURE = 500_000_000
NOT_ALLOWED, NOT_THERE = (401, 403), (404, 410)


def server_address(text: str) -> str:
    """`https://host` of what a person typed, perhaps with a page behind it. Raises OutgoingRefused.

    A password goes nowhere unencrypted but to a server of the private network that the administrator named.
    """
    typed = text.strip() if "://" in text else f"https://{text.strip()}"
    server = parsed_address(typed)
    if server.scheme != "https" and not {server.host, server.host_header} & set(settings.PRIVATE_HOSTS):
        raise OutgoingRefused(
            f"Your password would go to {server.host} unencrypted: write https://{server.host}."
        )
    return f"{server.scheme}://{server.host_header}"


@dataclass
class EcotaxaServer:
    """Asks it, again where it does not answer. Raises EcotaxaRefused, OutgoingRefused and ServerAway."""

    address: str
    token: str = field(default="", repr=False)
    pace: RequestPace = field(default_factory=RequestPace)
    seconds: float = SECONDS
    until: float = math.inf  # by the monotonic clock: after it nothing more is asked

    # --- The account ----------------------------------------------------------------------------------------------

    def sign_in(self, account: str, password: str) -> None:
        """Exchanges the password for a token."""
        token = self._answer("/login", {"username": account, "password": password})
        if not isinstance(token, str) or not token:
            raise OtherAnswer(self._host)
        self.token = token

    def is_signed_in(self) -> bool:
        try:
            self._answer("/users/me")
        except SessionEnded:
            return False
        return True

    def person(self, number: int) -> dict[str, Any]:
        """`name` and `email`."""
        return self._answer(f"/users/{number}", thing=f"person {number}")

    # --- Projects and what is in them -----------------------------------------------------------------------------

    def projects(self) -> list[dict[str, Any]]:
        """Those that the account has a right in."""
        return self._answer("/projects/search", title_filter="", order_field="title", summary="true")

    def project(self, number: int) -> dict[str, Any]:
        return self._answer(f"/projects/{number}", thing=f"project {number}")

    def samples(self, project: int) -> list[dict[str, Any]]:
        return self._answer("/samples/search", project_ids=str(project), id_pattern="*")

    def acquisitions(self, project: int) -> list[dict[str, Any]]:
        return self._answer("/acquisitions/search", project_id=project)

    def process(self, number: int) -> dict[str, Any]:
        """Of the acquisition that has the same number."""
        return self._answer(f"/process/{number}", thing=f"process {number}")

    def objects(
        self, project: int, sample: int | None, fields: Sequence[str], start: int, size: int
    ) -> dict[str, Any]:
        """A page of them in the order of their numbers; without a `sample` of all samples."""
        filters = {} if sample is None else {"samples": str(sample)}
        query = {"order_field": "obj.objid", "window_start": start, "window_size": size}
        if fields:
            query["fields"] = ",".join(fields)
        return self._answer(f"/object_set/{project}/query", filters, thing=f"project {project}", **query)

    def one_object(self, number: int) -> dict[str, Any]:
        """With all its `images`."""
        return self._answer(f"/object/{number}", thing=f"object {number}")

    def history(self, number: int) -> list[dict[str, Any]]:
        """Labels that an object had before the one that it has."""
        return self._answer(f"/object/{number}/history", thing=f"object {number}")

    def taxa(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        return self._answer("/taxon_set/query", ids=",".join(map(str, numbers)))

    def picture(self, file_name: str) -> bytes:
        """Raises NotThere where the file is gone."""
        return self.pace.repeated(
            lambda: self._bytes("GET", f"/vault/{quote(file_name)}", None, file_name, MOST_PICTURE)
        )

    # --- Requests -------------------------------------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return parsed_address(self.address).host

    def _answer(self, path: str, body: Any = None, *, thing: str = "such page", **query: object) -> Any:
        """The parsed answer: of POST where there is a `body`."""
        address = f"/api{path}" + (f"?{urlencode(query)}" if query else "")
        sent = None if body is None else orjson.dumps(body)
        method = "GET" if sent is None else "POST"
        answer = self.pace.repeated(lambda: self._bytes(method, address, sent, thing, MOST_ANSWER))
        try:
            return orjson.loads(answer)
        except ValueError:
            raise OtherAnswer(self._host) from None

    def _bytes(self, method: str, target: str, body: bytes | None, thing: str, most: int) -> bytes:
        url, now = f"{self.address}{target}", time.monotonic()
        seconds, until = min(self.seconds, self.until - now), min(self.until, now + MOST_SECONDS)
        if seconds <= 0:
            raise ServerAway(f"{self._host} is too slow")
        with send_request(method, url, headers=self._headers(body), body=body, seconds=seconds) as response:
            if response.status in NOT_ALLOWED:
                self._refuse(target)
            if response.status in NOT_THERE:
                raise NotThere(thing)
            refuse_status(response, url)
            return read_body(response, most, until)

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"User-Agent": USER_AGENT}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def _refuse(self, target: str) -> None:
        """EcoTaxa says 403 to who is not signed in as to who has no right: its page of the account tells them apart."""
        if target == "/api/login":
            raise SignInRefused
        if target == "/api/users/me" or not self.is_signed_in():
            raise SessionEnded
        raise NoRight
