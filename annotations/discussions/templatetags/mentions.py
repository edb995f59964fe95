import re

from django import template
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from annotations.discussions.actions import NAMED

register = template.Library()


TAGS = re.compile(r"(<[^>]+>)")


@register.filter
def said(text: str) -> SafeString:
    """The text of a comment for a page: escaped, links and mentions marked, lines kept."""
    parts = TAGS.split(urlize(text, nofollow=True, autoescape=True))
    parts[::2] = [NAMED.sub(r'<strong class="mention">@\1</strong>', words) for words in parts[::2]]
    return mark_safe(re.sub(r"\r?\n", "<br>", "".join(parts)))
