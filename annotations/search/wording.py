"""What the chips of several conditions say."""

from collections.abc import Iterable

from annotations.accounts.models import User


def joined(values: Iterable) -> str:
    return ", ".join(map(str, values))


def people(ids: list[int]) -> str:
    """Their names."""
    return joined(user.display_name for user in User.objects.filter(pk__in=ids))
