import re
from collections.abc import Mapping

from django import template
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from annotations.accounts.models import User
from annotations.discussions.names import mark_names

register = template.Library()

LINKS = re.compile(r"(<a .*?</a>)", re.DOTALL)  # all that urlize makes; whatever was typed is escaped by then


@register.filter
def comment_html(text: str, mentioned: Mapping[str, str] | None = None) -> SafeString:
    """A text for a page: escaped, links made, lines kept, and those marked who are `mentioned` {name: whole name}."""
    names = mentioned or {}

    def mark(name: str) -> str:
        return format_html('<strong class="mention" title="{}">@{}</strong>', names[name.lower()], name)

    parts = LINKS.split(urlize(text, nofollow=True, autoescape=True))
    parts[::2] = [mark_names(words, names, mark) for words in parts[::2]]
    return mark_safe(re.sub(r"\r?\n", "<br>", "".join(parts)))


@register.filter
def who(person: User | None) -> str:
    """The name of somebody whose account may be gone."""
    return person.display_name if person else "someone who has left"
