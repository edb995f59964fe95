from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annotations.pictures.derivatives import LONG_EDGE, thumbnail_url

HEIGHT = (
    120  # pixels of a picture in rows at 100 %, about: static/css/layouts.css draws rows out to the width
)
register = template.Library()


@register.simple_tag
def thumbnail_or_full(image: dict, layout: str) -> SafeString:
    """The `src` of a vignette on the bench: of its thumbnail where the layout shows it half as large or less.

    `data-full` is the picture then: static/js/thumbnails.js takes it where the person zooms in.
    """
    if layout == "rows" and _is_shown_small(image["width"], image["height"]):
        small = thumbnail_url(image["url"], image["width"], image["height"])
        return format_html('src="{}" data-full="{}"', small, image["url"])
    return format_html('src="{}"', image["url"])


def _is_shown_small(width: int, height: int) -> bool:
    """And the thumbnail, which a long picture makes low, has pixels enough for that height."""
    return max(width, height) > LONG_EDGE and height >= 2 * HEIGHT and width * HEIGHT <= LONG_EDGE * height
