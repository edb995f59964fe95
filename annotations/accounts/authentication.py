from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from annotations.accounts.models import ApiToken, User
from annotations.accounts.tokens import find_token


class HashedTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`, looked up by its digest."""

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        token = find_token(key)
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(
                "This token is not valid: it is mistyped, revoked or expired. Your account page makes a new one."
            )
        return token.user, token
