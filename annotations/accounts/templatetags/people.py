"""How pages name people to each other."""

from django import template

from annotations.accounts.models import User

register = template.Library()


@register.filter
def member(user: User | None) -> str:
    """The name by which others know the person; accounts that are gone leave what they did."""
    return user.display_name if user else "somebody who left"
