import json
import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Lower

from annotations.accounts.models import User

PREFERENCES = {"keys", "quick", "layout"}
MOST_PREFERENCES = 20_000  # characters


def save_preferences(*, user: User, preferences: dict) -> None:
    """Keeps a person's own keys, quick taxa and layout. Raises ValidationError for anything else."""
    if not isinstance(preferences, dict):
        raise ValidationError("Preferences take an object of names and values.")
    if unknown := set(preferences) - PREFERENCES:
        raise ValidationError(
            f"There is no preference {unknown.pop()!r}: there are {', '.join(sorted(PREFERENCES))}."
        )
    if wrong := [name for name, value in preferences.items() if not isinstance(value, dict)]:
        raise ValidationError(f"The preference {wrong[0]!r} takes an object of names and values.")
    if len(json.dumps(preferences)) > MOST_PREFERENCES:
        raise ValidationError(f"Preferences take {MOST_PREFERENCES:,} characters at most.")
    user.preferences = {**user.preferences, **preferences}
    user.save(update_fields=["preferences"])


@transaction.atomic
def person_named(*, name: str, email: str) -> User:
    """The person whom a package names, by e-mail or by name, whatever the case.

    Somebody unknown is made, unable to sign in, so that the labels keep their annotator.
    """
    found = _by_email(email) or _by_name(name)
    return found or _make_absent(name, email)


def _by_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).order_by("id").first() if email else None


def _by_name(name: str) -> User | None:
    if not name:
        return None
    people = User.objects.annotate(whole_name=Lower(Concat("first_name", Value(" "), "last_name")))
    return (
        people.filter(whole_name=name.lower()).order_by("id").first()
        or User.objects.filter(username__iexact=name).first()
    )


def _make_absent(name: str, email: str) -> User:
    first, _, last = name.partition(" ")
    stem = re.sub(r"[^a-z0-9.]+", "-", (email.split("@")[0] or name).lower()).strip("-") or "annotator"
    username, n = stem, 1
    while User.objects.filter(username=username).exists():
        n += 1
        username = f"{stem}-{n}"
    person = User(
        username=username, email=email, first_name=first[:150], last_name=last[:150], is_active=False
    )
    person.set_unusable_password()
    person.save()
    return person
