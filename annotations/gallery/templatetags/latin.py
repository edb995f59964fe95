from collections.abc import Collection

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def latin(taxon: dict | None, italic: Collection[int]) -> SafeString | str:
    """The name of a taxon {id, name}, as italics where its id is among those; nothing for no taxon."""
    if taxon is None:
        return ""
    return format_html("<i>{}</i>" if taxon["id"] in italic else "{}", taxon["name"])
