from django import template

from annotations.pictures.derivatives import thumbnail_url

register = template.Library()


@register.filter
def thumbnail(picture: dict) -> str:
    """The address for a place of at most 132 pixels, of a picture with `url`, `width` and `height`."""
    return thumbnail_url(picture["url"], picture["width"], picture["height"])
