"""Writes a project's marks as COCO or CSV, row by row: nothing of it is held in memory."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import orjson
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from annotations.common.snapshot import snapshot
from annotations.common.spreadsheet import csv_lines
from annotations.marks.models import Mark
from annotations.marks.queries import labels_of, measures_of
from annotations.projects.models import Project
from annotations.samples.models import Image

CHUNK = 1000  # rows fetched at a time
CORNERS = 64  # of the polygon that stands for an ellipse in COCO
COLUMNS = [
    "id",
    "object",
    "image",
    "file_name",
    "label",
    "kind",
    "author",
    "created",
    "version",
    "pixel_um",
    "count",
    "length_px",
    "length_um",
    "perimeter_px",
    "perimeter_um",
    "area_px",
    "area_um2",
    "esd_px",
    "esd_um",
    "angle_deg",
    "geometry",
]


def write_marks(project: Project, format: str) -> Iterator[str]:
    """The file in pieces. Raises ValidationError for an unknown format, before the first piece."""
    if format not in FORMATS:
        raise ValidationError(f"`format` is {format!r}, but takes one of {', '.join(FORMATS)}.")
    return FORMATS[format](project)


def _marks(project: Project) -> QuerySet[Mark]:
    rows = Mark.objects.filter(project=project, removed=None)
    return rows.select_related("image", "label", "author", "object__acquisition", "object__wide")


def _csv(project: Project) -> Iterator[str]:
    return csv_lines(_table(project))


def _table(project: Project) -> Iterator[list]:
    yield COLUMNS
    for mark in _marks(project).iterator(CHUNK):
        row = _row(mark)
        yield [row[column] for column in COLUMNS]


def _row(mark: Mark) -> dict:
    return {
        "id": mark.pk,
        "object": mark.object.wide.original_id,
        "image": mark.image.rank,
        "file_name": mark.image.file_name,
        "label": mark.label.key,
        "kind": mark.kind,
        "author": mark.author.public_username if mark.author else "",
        "created": mark.created.isoformat(),
        "version": mark.version,
        "pixel_um": mark.object.acquisition.pixel_um,
        **measures_of(mark),
        "geometry": orjson.dumps(mark.geometry).decode(),
    }


def _coco(project: Project) -> Iterator[str]:
    with snapshot():
        yield from _coco_pieces(project)


def _coco_pieces(project: Project) -> Iterator[str]:
    info = {"description": project.title, "seston_project": project.pk}
    yield f'{{"info":{_json(info)},"licenses":[],"categories":{_json(_categories(project))},"images":['
    marked = Mark.objects.filter(project=project).values("image")
    images = Image.objects.filter(pk__in=marked).select_related("object__wide", "object__acquisition")
    yield from _joined(_image(image) for image in images.order_by("id").iterator(CHUNK))
    yield '],"annotations":['
    yield from _joined(coco_annotation(mark) for mark in _marks(project).iterator(CHUNK))
    yield "]}\n"


def _joined(entries: Iterator[dict]) -> Iterator[str]:
    for place, entry in enumerate(entries):
        yield f"{',' if place else ''}\n{_json(entry)}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _categories(project: Project) -> list[dict]:
    return [
        {"id": label.pk, "name": label.key, "title": label.name, "colour": label.colour}
        for label in labels_of(project)
    ]


def _image(image: Image) -> dict:
    return {
        "id": image.pk,
        "file_name": image.file_name,
        "width": image.width,
        "height": image.height,
        "object": image.object.wide.original_id,
        "rank": image.rank,
        "pixel_um": image.object.acquisition.pixel_um,
    }


def coco_annotation(mark: Mark) -> dict:
    """`segmentation`, `bbox` and `keypoints` are for COCO's readers; `attributes` has the figure as it was drawn."""
    return {
        "id": mark.pk,
        "image_id": mark.image_id,
        "category_id": mark.label_id,
        "iscrowd": int(mark.kind == "mask"),
        "area": mark.area or 0,
        **OUTLINES[mark.kind](mark.geometry),
        "attributes": {
            "kind": mark.kind,
            "geometry": mark.geometry,
            "author": mark.author.public_username if mark.author else None,
            "created": mark.created,
            "version": mark.version,
            "measures": measures_of(mark),
        },
    }


# --- One function a kind of outline -----------------------------------------------------------------------------------


def _keypoints(geometry: dict) -> dict:
    points = np.asarray(geometry["points"], float)
    keypoints = [number for x, y in geometry["points"] for number in (x, y, 2)]
    return {"segmentation": [], "keypoints": keypoints, "num_keypoints": len(points), "bbox": _bbox(points)}


def _outlined(points: np.ndarray) -> dict:
    return {"segmentation": [np.round(points, 2).ravel().tolist()], "bbox": _bbox(points)}


def _polygon(geometry: dict) -> dict:
    return _outlined(np.asarray(geometry["points"], float))


def _box(geometry: dict) -> dict:
    x, y, width, height = (geometry[name] for name in ("x", "y", "width", "height"))
    return _outlined(np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)]))


def _ellipse(geometry: dict) -> dict:
    t = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    turn = np.radians(geometry["angle"])
    u, v = geometry["rx"] * np.cos(t), geometry["ry"] * np.sin(t)
    x = geometry["cx"] + u * np.cos(turn) + v * np.sin(turn)
    y = geometry["cy"] - u * np.sin(turn) + v * np.cos(turn)
    return _outlined(np.stack([x, y], 1))


def _mask(geometry: dict) -> dict:
    height, _ = geometry["size"]
    starts = np.cumsum(geometry["counts"])
    runs = np.stack([starts[0::2][: len(starts) // 2], starts[1::2]], 1)  # of pixels inside: from, up to
    columns = runs[:, 0] // height, (runs[:, 1] - 1) // height
    in_one = (columns[0] == columns[1]).all()
    top = (runs[:, 0] % height).min() if in_one else 0
    bottom = ((runs[:, 1] - 1) % height).max() + 1 if in_one else height
    left, right = columns[0].min(), columns[1].max() + 1
    return {"segmentation": geometry, "bbox": [int(n) for n in (left, top, right - left, bottom - top)]}


def _bbox(points: np.ndarray) -> list[float]:
    low, high = points.min(axis=0), points.max(axis=0)
    return np.round([*low, *(high - low)], 2).tolist()


OUTLINES: dict[str, Callable[[Any], dict]] = {
    "point": _keypoints,
    "line": _keypoints,
    "polyline": _keypoints,
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "mask": _mask,
}
FORMATS: dict[str, Callable[[Project], Iterator[str]]] = {"coco": _coco, "csv": _csv}
