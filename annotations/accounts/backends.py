from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.http import HttpRequest

from annotations.accounts.lockout import guarded
from annotations.accounts.models import User
from annotations.common.stored import columns_of, instance_of


class GuardedBackend(ModelBackend):
    """Django's sign-in by name and password, for the pages, the administration and the API, with guessing slowed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        """The person, or None. Raises SignInLocked."""
        if username is None or password is None:
            return None
        with guarded(username, request) as record:
            user = super().authenticate(request, username=username, password=password, **kwargs)
            record(user is not None)
        return user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, as Django's own has it: None where they may not sign in any more."""
        with connection.cursor() as cursor:
            cursor.execute(_by_id(), [user_id])
            row = cursor.fetchone()
        user = instance_of(User, row) if row else None
        return user if user and self.user_can_authenticate(user) else None


@cache
def _by_id() -> str:
    return f"SELECT {columns_of(User, 'u')} FROM accounts_user u WHERE u.id = %s"
