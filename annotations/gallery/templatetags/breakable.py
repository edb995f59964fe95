from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def breakable(name: str) -> SafeString:
    """A taxon's name that may be broken into lines after `_` and `<`, rather than in the middle of a word."""
    return mark_safe(escape(name).replace("_", "_<wbr>").replace("&lt;", "&lt;<wbr>"))
