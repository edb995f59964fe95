"""Guessing a password is slowed: after a few failures nobody may try for a while, and the while doubles.

Failures are counted per name and address, per name from anywhere, and per address over all names. Names that nobody
has are counted like any other, so a lock tells nothing about who has an account.
"""

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotations.accounts.models import SignInFailures, User

FORGOTTEN_AFTER = timedelta(days=1)  # without a further failure


class SignInLocked(ValidationError):
    """Nobody may try now. Every sign-in form shows it: they clean by asking for the account."""

    def __init__(self, until: datetime) -> None:
        self.seconds = max(1, round((until - timezone.now()).total_seconds()))
        super().__init__(
            f"Too many wrong passwords: sign-in is locked for {_duration(self.seconds)}. "
            "Try again then, or ask an administrator to unlock it.",
            code="locked",
        )


@dataclass(frozen=True)
class Counter:
    """What failures are counted by; of a name only its digest is kept, since people type passwords there."""

    name: str
    address: str
    tries: int

    def row(self) -> QuerySet[SignInFailures]:
        return SignInFailures.objects.filter(name_digest=self.name, address=self.address)


@contextmanager
def guarded(username: str, request: HttpRequest | None) -> Iterator[Callable[[bool], None]]:
    """Holds back other tries of this name while one goes on, so that guesses sent at once are counted one by one.

    Gives a function to be called with whether the password was right. Raises SignInLocked.
    """
    counters = _counters(_digest(username), client_address(request))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [counters[0].name])
        _raise_if_locked(counters)
        yield lambda is_right: _forget(counters) if is_right else _count(counters)


def unlock(user: User) -> int:
    """Lets the person try again at once, from anywhere. Gives the number of counters that were cleared."""
    return SignInFailures.objects.filter(name_digest=_digest(user.username)).delete()[0]


def _counters(digest: str, address: str) -> list[Counter]:
    tries = settings.SIGN_IN_TRIES
    by_name = [Counter(digest, address, tries), Counter(digest, "", tries * 4)]
    return [*by_name, Counter("", address, tries * 20)] if address else by_name[1:]


def _digest(username: str) -> str:
    return salted_hmac("seston.sign-in", User.normalize_username(username).casefold()).hexdigest()


def client_address(request: HttpRequest | None) -> str:
    """The client's address; of IPv6 the network, since a household has billions of addresses."""
    text = request.META.get("REMOTE_ADDR", "") if request else ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    prefix = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network((address, prefix), strict=False).network_address)


def _raise_if_locked(counters: list[Counter]) -> None:
    any_of_them = Q()
    for counter in counters:
        any_of_them |= Q(name_digest=counter.name, address=counter.address)
    locked = SignInFailures.objects.filter(any_of_them, locked_until__gt=timezone.now())
    last = locked.order_by("-locked_until").first()
    if last and last.locked_until:
        raise SignInLocked(last.locked_until)


def _count(counters: list[Counter]) -> None:
    now = timezone.now()
    SignInFailures.objects.filter(last_failure__lt=now - FORGOTTEN_AFTER).delete()
    for counter in counters:
        SignInFailures.objects.get_or_create(
            name_digest=counter.name, address=counter.address, defaults={"last_failure": now}
        )
        row = counter.row().select_for_update().get()
        row.failures = _still_counted(row, now) + 1
        row.last_failure = now
        row.locked_until = now + _delay(row.failures - counter.tries)
        row.save()


def _still_counted(row: SignInFailures, now: datetime) -> int:
    """An address forgets a failure a minute, since a whole institute that mistypes now and then may share it."""
    if row.name_digest:
        return row.failures
    return max(0, row.failures - (now - row.last_failure) // timedelta(minutes=1))


def _forget(counters: list[Counter]) -> None:
    """A right password clears its name; an address stays counted, or one's own account would clear it."""
    for counter in counters:
        if counter.name:
            counter.row().delete()


def _delay(failures_too_many: int) -> timedelta:
    if failures_too_many < 0:
        return timedelta(0)
    doublings = min(failures_too_many, 20)
    return timedelta(seconds=min(settings.SIGN_IN_LOCK_SECONDS * 2**doublings, settings.SIGN_IN_LONGEST_LOCK))


def _duration(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds < 60 else (-(-seconds // 60), "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
