"""Shapes of napari as it writes them to CSV: index, shape-type, vertex-index, axis-0, axis-1, a line a vertex.

https://napari.org/stable/howtos/layers/shapes.html. A whole number is the middle of a pixel, axis-0 runs down. Ellipses
are the corners around them. A column `label`, `class` or `taxon` says what a shape is.
"""

import csv
from collections.abc import Iterator
from functools import partial

import numpy as np
from django.core.exceptions import ValidationError

from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation
from annotations.imports.drawn.figures import Drawn, annotation_of_mask, mask_of_parts
from annotations.imports.drawn.file import DrawnFile, FileReading, Make
from annotations.imports.drawn.names import category_named, state_of
from annotations.imports.drawn.pairing import PicturePairs
from annotations.imports.entries import ending_of
from annotations.marks.figures import Size

COLUMNS = ("index", "shape-type", "vertex-index", "axis-0", "axis-1")
LABELS = ("label", "class", "taxon", "classification", "name")
WITHOUT_AREA = {"path", "line"}
MOST_BYTES = 256 * 2**20
CORNERS = 64  # of the polygon that stands for an ellipse
HEAD = 4096  # bytes with the columns' names
VertexRow = tuple[int, dict[str, str]]  # its line


def napari_files(package: Package) -> list[str]:
    """Sorted: each .csv whose columns are those of shapes."""
    return sorted(
        path for path in package.paths() if ending_of(path) == ".csv" and _has_shapes(package, path)
    )


def _has_shapes(package: Package, path: str) -> bool:
    with package.stream(path) as file:
        head = file.read(HEAD).split(b"\n")[0].decode("utf-8-sig", "replace").lower()
    return {"shape-type", "vertex-index", "axis-0"} <= {name.strip(' "\r') for name in head.split(",")}


def read_napari(reading: FileReading, pairs: PicturePairs) -> DrawnFile:
    file, image = DrawnFile(reading.path), reading.picture(pairs)
    rows = _rows(reading)
    if image is not None and rows is not None:
        image.annotations += reading.drawn(image, _entries(reading, rows))
        file.images[image.path] = image
    return file


def _rows(reading: FileReading) -> list[VertexRow] | None:
    with reading.package.stream(reading.path) as stream:
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        reading.report(f"This file has more than {MOST_BYTES // 2**20} MiB. Split it, a picture each.")
        return None
    lines = csv.DictReader(text.decode("utf-8-sig", "replace").splitlines())
    names = [name.strip().lower() for name in lines.fieldnames or ()]
    lines.fieldnames = names
    if missing := [name for name in COLUMNS if name not in names]:
        reading.report(f"There is no column {missing[0]!r}. Save the layer of shapes as CSV again.", 1)
        return None
    if "axis-2" in names:
        reading.report("These shapes have three axes. Save those of one plane, with axis-0 and axis-1.", 1)
        return None
    return [(number, row) for number, row in enumerate(lines, 2)]


def _entries(reading: FileReading, rows: list[VertexRow]) -> Iterator[tuple[str, int | None, Make]]:
    shapes: dict[str, list[VertexRow]] = {}
    for line, row in rows:
        shapes.setdefault(str(row["index"]), []).append((line, row))
    for index, of_shape in shapes.items():
        line, kind = of_shape[0][0], str(of_shape[0][1]["shape-type"]).strip().lower()
        if kind in WITHOUT_AREA:
            message = f"Shape {index} is a {kind}, which has no area, so it was left out."
            reading.problems.warn(message, reading.path, line, fault="no area", cell=index)
            continue
        yield f"shape {index}", line, partial(_annotation, index, kind, of_shape)


def _annotation(index: str, kind: str, rows: list[VertexRow], size: Size) -> Annotation:
    if kind not in ("polygon", "rectangle", "ellipse"):
        raise ValidationError(f"`shape-type` is {kind!r}, but takes polygon, rectangle or ellipse.")
    points = np.array([_point(row) for _, row in rows])
    if len(points) < 3 or (kind == "ellipse" and len(points) != 4):
        raise ValidationError(f"a {kind} of {len(points)} points is none. Save the layer again.")
    first = rows[0][1]
    category = category_named(next((first[name] for name in LABELS if first.get(name)), ""))
    drawn = Drawn(index, f"shape {index}", category, state_of(category))
    return annotation_of_mask(
        drawn, mask_of_parts([[_ellipse(points) if kind == "ellipse" else points]], size), size
    )


def _point(row: dict[str, str]) -> tuple[float, float]:
    try:
        x, y = float(row["axis-1"]) + 0.5, float(row["axis-0"]) + 0.5
    except (TypeError, ValueError) as error:
        raise ValidationError(
            f"axis-0 and axis-1 are {row['axis-0']!r} and {row['axis-1']!r}, no numbers."
        ) from error
    if not (abs(x) < 1e6 and abs(y) < 1e6):
        raise ValidationError(f"a vertex lies at ({x:g}, {y:g}), far outside. Correct it.")
    return x, y


def _ellipse(corners: np.ndarray) -> np.ndarray:
    """Of the corners of the rectangle around it, one after the other."""
    middle, angles = corners.mean(0), np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)[:, None]
    return (
        middle
        + np.cos(angles) * (corners[1] - corners[0]) / 2
        + np.sin(angles) * (corners[2] - corners[1]) / 2
    )
