"""Tokens of programs: only their digest is kept, so a copy of the database opens nothing."""

import hashlib
import secrets
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from annotations.accounts.models import ApiToken, User
from annotations.common.stored import columns_of, instance_of

MOST_TOKENS = 100  # of a person; the one that was used longest ago makes room for the next


def digest_of(key: str) -> str:
    """No salt: a key is 256 random bits, and has to be looked up."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_token(*, user: User, name: str, days: int | None = None) -> tuple[ApiToken, str]:
    """A new token and its key, which can't be read again. Raises ValidationError for a bad name or number of days."""
    days = settings.TOKEN_DAYS if days is None else days
    if not 1 <= days <= settings.TOKEN_DAYS:
        raise ValidationError(f"A token may be valid for 1 to {settings.TOKEN_DAYS} days, not {days}.")
    key = secrets.token_urlsafe(32)
    token = ApiToken(user=user, name=name.strip(), digest=digest_of(key), beginning=key[:4])
    token.expires = timezone.now() + timedelta(days=days)
    token.full_clean()
    _make_room(user)
    token.save()
    return token, key


def _make_room(user: User) -> None:
    user.tokens.filter(expires__lte=timezone.now()).delete()
    by_use = user.tokens.order_by(F("last_used").desc(nulls_last=True), "-id")
    user.tokens.filter(pk__in=list(by_use.values_list("pk", flat=True)[MOST_TOKENS - 1 :])).delete()


def revoke_token(*, user: User, token_id: int) -> bool:
    """Ends one of the person's own tokens at once; False where there is none with this number."""
    return bool(user.tokens.filter(pk=token_id).delete()[0])


def valid_tokens(user: User) -> QuerySet[ApiToken]:
    return user.tokens.filter(expires__gt=timezone.now())


def revoke_all_tokens(*, user: User) -> int:
    """Ends all of the person's tokens at once. Gives their number."""
    return user.tokens.all().delete()[0]


def find_token(key: str) -> ApiToken | None:
    """The valid token with this key. Notes the day on which it is used."""
    token = _stored_token(digest_of(key))
    if token is None or token.expires <= timezone.now():
        return None
    today = timezone.now().date()
    if token.last_used != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used=today)
    return token


def _stored_token(digest: str) -> ApiToken | None:
    """With its person: each request of a program asks for both."""
    with connection.cursor() as cursor:
        cursor.execute(_by_digest(), [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    columns = len(ApiToken._meta.concrete_fields)
    token = instance_of(ApiToken, row[:columns])
    token.user = instance_of(User, row[columns:])
    return token


@cache
def _by_digest() -> str:
    return f"""SELECT {columns_of(ApiToken, "t")}, {columns_of(User, "u")} FROM accounts_apitoken t
JOIN accounts_user u ON u.id = t.user_id WHERE t.digest = %s"""
