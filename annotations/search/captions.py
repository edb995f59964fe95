"""What stands under a vignette besides its taxon: any field that a person asks for with `show=`."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

from annotations.samples.naming import readable_id
from annotations.search.columns import free_column
from annotations.search.templatetags.whereabouts import depth, place

FIELD = "field:"
MOST_SHOWN = 4  # more would be a table


def _moment(value: datetime | None) -> str:
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}"


def _size(row: dict) -> str:
    """Of the picture, as it lies in the water."""
    if not row["images"] or not row["pixel_um"]:
        return ""
    image, millimetre = row["images"][0], row["pixel_um"] / 1000
    return f"{image['width'] * millimetre:.2g} × {image['height'] * millimetre:.2g} mm"


CAPTIONS: dict[str, tuple[str, Callable[[dict], str]]] = {
    "original_id": ("object id", lambda row: row["original_id"]),
    "sample": ("sample", lambda row: readable_id(row["sample_original_id"])),
    "date": ("taken (UTC)", lambda row: _moment(row["date"])),
    "depth": ("depth", depth),
    "place": ("position", place),
    "size": ("size of the picture", _size),
    "annotator": ("annotator", lambda row: row["annotator"] or ""),
    "labelled": ("labelled (UTC)", lambda row: _moment(row["labelled_at"])),
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


def columns_of(chosen: list[str]) -> list[str]:
    """The free columns among them."""
    return [name.removeprefix(FIELD) for name in chosen if name.startswith(FIELD)]


def caption(row: dict, chosen: list[str]) -> list[str]:
    """The lines under the vignette of an object in the API's shape; what it lacks is left out."""
    lines = [_field(row, name) if name.startswith(FIELD) else CAPTIONS[name][1](row) for name in chosen]
    return [line for line in lines if line]


def _field(row: dict, name: str) -> str:
    column = name.removeprefix(FIELD)
    value = row["fields"].get(column)
    if value is None:
        return ""
    return f"{column} {value:g}" if isinstance(value, float) else f"{column} {value}"
