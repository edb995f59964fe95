"""What stands under a vignette besides its taxon: any field that a person asks for with `show=`."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

from annotations.gallery.columns import free_column
from annotations.gallery.order import FIELD
from annotations.gallery.templatetags.whereabouts import depth, place
from annotations.samples.naming import readable_id

MOST_SHOWN = 4  # more would be a table


def _moment(value: datetime | None) -> str:
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}"


def _size(found: dict) -> str:
    """Of the picture, as it lies in the water."""
    if not found["images"] or not found["pixel_um"]:
        return ""
    image, millimetre = found["images"][0], found["pixel_um"] / 1000
    return f"{image['width'] * millimetre:.2g} × {image['height'] * millimetre:.2g} mm"


CAPTIONS: dict[str, tuple[str, Callable[[dict], str]]] = {
    "original_id": ("object id", lambda found: found["original_id"]),
    "sample": ("sample", lambda found: readable_id(found["sample_original_id"])),
    "date": ("taken (UTC)", lambda found: _moment(found["date"])),
    "depth": ("depth", depth),
    "place": ("position", place),
    "size": ("size of the picture", _size),
    "annotator": ("annotator", lambda found: found["annotator"] or ""),
    "labelled": ("labelled (UTC)", lambda found: _moment(found["labelled_at"])),
}


def parse_captions(names: Iterable[str], project_id: int) -> list[str]:
    """Raises ValidationError that lists what there is, and for a free column that the project has not."""
    chosen = [name for name in names if name]
    for name in chosen:
        if name not in CAPTIONS and not name.startswith(FIELD):
            raise ValidationError(
                f"`show` is {name!r}, but takes {', '.join(CAPTIONS)} or field:<free column>."
            )
    if len(chosen) > MOST_SHOWN:
        raise ValidationError(f"`show` names {len(chosen)} fields, but a vignette has room for {MOST_SHOWN}.")
    for name in chosen:
        if name.startswith(FIELD):
            free_column(name.removeprefix(FIELD), project_id, "show")
    return chosen


def needs_fields(chosen: list[str]) -> bool:
    return any(name.startswith(FIELD) for name in chosen)


def caption(found: dict, chosen: list[str]) -> list[str]:
    """The lines under the vignette of an object in the API's shape; what it lacks is left out."""
    lines = [_field(found, name) if name.startswith(FIELD) else CAPTIONS[name][1](found) for name in chosen]
    return [line for line in lines if line]


def _field(found: dict, name: str) -> str:
    column = name.removeprefix(FIELD)
    value = found["fields"].get(column)
    if value is None:
        return ""
    return f"{column} {value:g}" if isinstance(value, float) else f"{column} {value}"
