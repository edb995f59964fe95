from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from annotations.accounts.lockout import guarded
from annotations.accounts.models import User
from annotations.common.stored import by_number


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
        user = by_number(User, user_id)
        return user if user and self.user_can_authenticate(user) else None
