from django import template

from annotations.samples import naming

register = template.Library()


@register.filter
def readable_id(stored: object) -> str:
    """Of a sample or acquisition: its id, or that it has none."""
    return naming.readable_id(str(stored))
