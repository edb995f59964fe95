"""A server that a person waits for: asked once and shortly; what it refuses stands on the page.

However slow it is, it keeps few of the site's threads: of those that wait for such servers there are at most so many.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.pulls.encryption import ENDED, seal, unseal
from annotations.pulls.errors import EcotaxaRefused
from annotations.pulls.pace import RequestPace
from annotations.pulls.server import EcotaxaServer, server_address

SECONDS = 8  # of silence
ALL_SECONDS = 20  # of all that one page asks
MOST_WAITING = 3  # threads; the site has sixteen
BUSY = "Others are waiting for EcoTaxa servers just now: try again in a minute."
_waiting = threading.BoundedSemaphore(MOST_WAITING)
SEALED_SECONDS = 3600  # that a page may stay open between the sign-in and the choice


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Around all that a server is asked while somebody waits. Raises ValidationError."""
    if not _waiting.acquire(blocking=False):
        raise ValidationError(BUSY)
    try:
        yield
    except (EcotaxaRefused, OutgoingRefused) as error:
        raise ValidationError(str(error)) from error
    except ServerAway as error:
        raise ValidationError(f"{error}. Try again later.") from error
    finally:
        _waiting.release()


def _server(address: str, token: str) -> EcotaxaServer:
    until = time.monotonic() + ALL_SECONDS
    return EcotaxaServer(address, token, RequestPace(tries=1), SECONDS, until)


def signed_in_server(
    *, address: str, account: str = "", password: str = "", token: str = ""
) -> EcotaxaServer:
    """By a token, or by account and password. Raises ValidationError."""
    if not token and not (account and password):
        raise ValidationError("Give your account and password of the EcoTaxa server, or a token.")
    with refusals_in_words():
        server = _server(server_address(address), token)
        if not token:
            server.sign_in(account, password)
        elif not server.is_signed_in():
            raise ValidationError("The EcoTaxa server does not know this token, or it has ended.")
    return server


def sealed_sign_in(server: EcotaxaServer, user: User) -> str:
    """For a hidden field of a page of this person."""
    return seal(orjson.dumps([user.pk, server.address, server.token]).decode())


def opened_sign_in(sealed: str, user: User) -> EcotaxaServer:
    """Raises ValidationError for another person's, and after an hour."""
    owner, address, token = orjson.loads(unseal(sealed, SEALED_SECONDS))
    if owner != user.pk:
        raise ValidationError(ENDED)
    return _server(address, token)
