from collections.abc import Collection

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def latin_before(words: str, names: Collection[str]) -> SafeString | str:
    """`Oithona (1 of 3 found)` with its name as italics, where that is among the names."""
    name = words if words in names else words.rpartition(" (")[0]
    return format_html("<i>{}</i>{}", name, words[len(name) :]) if name in names else words
