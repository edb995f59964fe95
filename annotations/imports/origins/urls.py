"""A package at an address of the internet, which a worker fetches: see `annotations/common/outgoing/`."""

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError

from annotations.common.encryption import BrokenSeal, seal, unseal
from annotations.common.outgoing.addresses import ServerAddress, checked_addresses, parsed_address
from annotations.common.outgoing.downloads import download
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.imports.origins.places import Incoming
from annotations.imports.origins.reporting import FetchReport
from annotations.jobs.errors import JobError
from annotations.jobs.uploads import FOLDER

MOST_NAME, MOST_URL = 200, 2000
PAUSE_SECONDS = 5
SEALED_FOR = "imports"


def package_at(url: str) -> Incoming:
    """Raises ValidationError for what is no address of a file, or leads into a private network."""
    if not settings.IMPORT_URLS:
        raise ValidationError({"url": "This site imports from no addresses: upload the package."})
    try:
        server = parsed_address(url)
        checked_addresses(server)
    except OutgoingRefused as error:
        raise ValidationError({"url": str(error)}) from error
    except ServerAway:
        pass  # the job tries it again
    # sealed, for pages and the API show a job's parameters, and an address may be signed
    origin = {"kind": "url", "sealed": seal(server.url, SEALED_FOR)}
    return Incoming(Path(f"{FOLDER}/{uuid.uuid4().hex}.zip"), _name(server), origin)


def address_of(origin: dict[str, Any]) -> str:
    """Raises JobError where the site's key is another one now."""
    try:
        return origin.get("url") or unseal(origin["sealed"], SEALED_FOR)
    except BrokenSeal as error:
        raise JobError("The address of this import cannot be read any more: import it again.") from error


def fetch_url(url: str, staging: Path, report: FetchReport) -> Path:
    """The file, in `staging`. Raises JobError where it can't be had, ServerAway where it broke off for a while."""
    draft = staging / "package.zip"
    try:
        download(
            url,
            draft,
            most=settings.FETCH_MAX_BYTES,
            on_piece=report.step,
            pause=lambda: report.progress.wait(PAUSE_SECONDS),
        )
    except OutgoingRefused as error:
        raise JobError(str(error)) from error
    except ServerAway as error:
        if draft.stat().st_size:
            raise  # it goes on from there
        raise JobError(f"{error}. Check the address, or try again later.") from None
    return draft


def _name(server: ServerAddress) -> str:
    last = unquote(server.target.partition("?")[0].rpartition("/")[2])
    return (last or server.host).replace("\0", "")[:MOST_NAME]
