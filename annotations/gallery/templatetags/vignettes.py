"""The vignettes of the bench. Two hundred by Django's template language took most of a page's time: a seventh of it
is left where each is one f-string."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape  # Django's looks at each text first, whether it is a lazy translation

from django import template
from django.utils.safestring import SafeString

from annotations.gallery.templatetags.breakable import breakable
from annotations.pictures.derivatives import LONG_EDGE, thumbnail_url
from annotations.traits.models import Trait

HEIGHT = 120  # pixels of a picture in rows at 100 %, about: static/css/gallery/layouts.css draws rows out to the width
SIDE = 80  # pixels, of an object without a picture
LAZY = 'loading="lazy"'
EAGER = 'fetchpriority="high"'
HUNDREDTH = Decimal("0.01")
register = template.Library()


@register.filter
def parts(objects: list[dict], length: int | None) -> list[list[dict]]:
    """The objects in parts of that length, the last may be shorter; all in one without a length. Of no objects there is
    one part without any."""
    step = length or max(len(objects), 1)
    return [objects[start : start + step] for start in range(0, max(len(objects), 1), step)]


@register.simple_tag
def vignettes(objects: list[dict], layout: str, sorting_trait: Trait | None, eager: int = 0) -> SafeString:
    """Of objects in the API's shape with `vignette_label` and the lines of their `caption`.

    The pictures of the first `eager` are fetched while the page is still on its way, before all others and before what
    else it asks for; others when they come near.
    """
    names_taxon = bool(sorting_trait)
    first = [_vignette(row, layout, names_taxon, EAGER) for row in objects[:eager]]
    others = [_vignette(row, layout, names_taxon, LAZY) for row in objects[eager:]]
    return SafeString("".join(first + others))


def _vignette(row: dict, layout: str, names_taxon: bool, loading: str) -> str:
    number, label = row["id"], row["vignette_label"]
    lines = "".join([f'<span class="line">{escape(line)}</span>' for line in row["caption"]])
    return (
        f'<div class="vignette" role="option" aria-selected="false" tabindex="-1" id="o{number}" data-id="{number}" '
        f'data-version="{label["version"]}" data-state="{label["state"]}" data-taxon="{label["key"]}" '
        f'data-acquisition="{row["acquisition_id"]}" style="{_size(row)}">{_picture(row, layout, loading)}'
        f'<span class="caption"><span class="mark" role="img" aria-label="{label["state"]}"></span>'
        f"{_label(label)}</span>{_taxon(row['taxon']) if names_taxon else ''}{lines}</div>"
    )


def _size(row: dict) -> str:
    image = row["images"][0] if row["images"] else {"width": 0, "height": 0}
    pixel = f";--um:{row['pixel_um']}" if row["pixel_um"] else ""
    return f"--w:{image['width'] or SIDE};--h:{image['height'] or SIDE}{pixel}"


def _picture(row: dict, layout: str, loading: str) -> str:
    if not row["images"]:
        return ""
    name = row["taxon"]["name"] if row["taxon"] else "unclassified"
    return (
        f'<img {thumbnail_or_full(row["images"][0], layout)} {loading} decoding="async" draggable="false" '
        f'alt="{escape(name)}, {escape(row["original_id"])}">'
    )


def _label(label: dict) -> str:
    score = (
        "" if label["score"] is None else f'<span class="number score">{_hundredths(label["score"])}</span>'
    )
    return f"{_named(label['label'])}{score}"


@lru_cache(maxsize=1024)  # a page has two hundred labels, and a few dozen names
def _named(name: str) -> str:
    return f'<span class="label" title="{escape(name)}">{breakable(name)}</span>'


def _hundredths(score: float) -> Decimal:
    """Rounded as people round, not as the nearest number of binary digits happens to lie."""
    return Decimal(str(score)).quantize(HUNDREDTH, ROUND_HALF_UP)


def _taxon(taxon: dict | None) -> str:
    if taxon is None:
        return ""
    name = escape(taxon["name"])
    return f'<span class="line" data-taxon="{taxon["id"]}"><span class="name">{name}</span></span>'


@register.simple_tag
def thumbnail_or_full(image: dict, layout: str) -> SafeString:
    """The `src` of a vignette on the bench: of its thumbnail where the layout shows it half as large or less.

    `data-full` is the picture then: static/js/gallery/thumbnails.js takes it where the person zooms in.
    """
    full = escape(image["url"])
    if layout == "rows" and _is_shown_small(image["width"], image["height"]):
        small = thumbnail_url(image["url"], image["width"], image["height"])
        return SafeString(f'src="{escape(small)}" data-full="{full}"')
    return SafeString(f'src="{full}"')


def _is_shown_small(width: int, height: int) -> bool:
    """And the thumbnail, which a long picture makes low, has pixels enough for that height."""
    return max(width, height) > LONG_EDGE and height >= 2 * HEIGHT and width * HEIGHT <= LONG_EDGE * height
