from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annotations.pictures.derivatives import LONG_EDGE, thumbnail_url

HEIGHT = 110  # pixels of every vignette in the layout of equal heights, as static/css/layouts.css has it
register = template.Library()


@register.simple_tag
def thumbnail_or_full(image: dict, preferences: dict) -> SafeString:
    """The `src` of a vignette on the bench: of its thumbnail where the person's layout shows it half as large or less.

    `data-full` is the picture then: static/js/thumbnails.js takes it where the person zooms in.
    """
    is_fitted = preferences.get("layout", {}).get("layout") == "fitted"
    if is_fitted and _is_shown_small(image["width"], image["height"]):
        small = thumbnail_url(image["url"], image["width"], image["height"])
        return format_html('src="{}" data-full="{}"', small, image["url"])
    return format_html('src="{}"', image["url"])


def _is_shown_small(width: int, height: int) -> bool:
    """And the thumbnail, which a long picture makes low, has pixels enough for that height."""
    return max(width, height) > LONG_EDGE and height >= 2 * HEIGHT and width * HEIGHT <= LONG_EDGE * height
