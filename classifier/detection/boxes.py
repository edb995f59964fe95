"""What a detector learns from: boxes on scans, as a CSV with a line a box or as COCO, with paths from where it lies.

scan       picture of any size: TIFF, PNG, JPEG
x, y       upper left corner of the box in pixels from the scan's upper left corner
width, height   of the box in pixels. A line without a box is a scan on which there is nothing
label      class of the object, may be empty
pixel_um   side of a pixel in µm, may be empty
held_out   yes: the scan is measured on and not learnt from. With none named, the last of several is

In COCO `images` may have `pixel_um` and `held_out`; of annotations `bbox` and `category_id` count.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classifier.contract.errors import ClassifierError
from classifier.data.scan_rows import file_beside, is_held_out, pixel_size, read_rows
from classifier.segmentation.unet.masks import coco_content

COLUMNS = ("scan", "x", "y", "width", "height", "label", "pixel_um", "held_out")
SIDES = ("x", "y", "width", "height")
ORGANISM = "organism"  # the class of what nobody names
MOST_CLASSES = 1000
MOST_PIXELS = 1e7  # of a coordinate


@dataclass(frozen=True)
class DrawnBox:
    """`place` is where it stands in the file, in words."""

    x: float
    y: float
    width: float
    height: float
    label: str
    place: str


@dataclass(frozen=True)
class BoxedScan:
    scan: Path
    boxes: tuple[DrawnBox, ...] = ()
    pixel_um: float | None = None
    held_out: bool = False


def read_boxes(path: Path) -> list[BoxedScan]:
    """In the order of the file; of several scans at least one is held out. Raises ClassifierError with the line and
    what to do."""
    entries = _of_coco(path) if path.suffix.lower() == ".json" else _of_csv(path)
    scans = list(_by_scan(entries))
    if not scans:
        raise ClassifierError(f"{path.name} names no scan. Add a line for each box.")
    if len(scans) > 1 and not any(scan.held_out for scan in scans):
        scans[-1] = replace(scans[-1], held_out=True)
    if not any(scan.boxes and not scan.held_out for scan in scans):
        raise ClassifierError(f"{path.name} has no box on a scan that is learnt from. Draw some.")
    return scans


def label_names(scans: Sequence[BoxedScan]) -> list[str]:
    """Of all boxes, sorted. Raises ClassifierError for too many."""
    names = sorted({box.label for scan in scans for box in scan.boxes})
    if len(names) > MOST_CLASSES:
        raise ClassifierError(f"The boxes have {len(names):,} labels, {MOST_CLASSES:,} are the most.")
    return names


def _by_scan(entries: Iterator[BoxedScan]) -> Iterator[BoxedScan]:
    """One a file. Raises ClassifierError where its pixels have two sizes."""
    joined: dict[Path, BoxedScan] = {}
    for entry in entries:
        file = entry.scan.resolve()  # by whatever path: none is learnt from and measured on
        before = joined.get(file, replace(entry, boxes=()))
        sizes = {scan.pixel_um for scan in (before, entry) if scan.pixel_um}
        if len(sizes) > 1:
            raise ClassifierError(
                f"{entry.scan.name} has pixels of {' and '.join(f'{um:g} µm' for um in sorted(sizes))}. Leave one."
            )
        joined[file] = BoxedScan(
            before.scan,
            before.boxes + entry.boxes,
            next(iter(sizes), None),
            before.held_out or entry.held_out,
        )
    yield from joined.values()


# --- CSV ------------------------------------------------------------------------------------------------------


def _of_csv(path: Path) -> Iterator[BoxedScan]:
    rows = read_rows(path, ("scan", *SIDES))
    for name in rows[0] if rows else ():
        if name not in COLUMNS:
            raise ClassifierError(f"{path.name} has a column {name!r}. Columns are {', '.join(COLUMNS)}.")
    for number, row in enumerate(rows, 2):
        try:
            yield _entry(path, row, f"line {number}")
        except ValueError as error:
            raise ClassifierError(f"{path.name}, line {number}: {error}") from error


def _entry(path: Path, row: Mapping[str, str], place: str) -> BoxedScan:
    sides = [row[name] for name in SIDES]
    boxes = (_box(sides, row.get("label", ""), place),) if any(sides) else ()
    return BoxedScan(
        file_beside(path, row["scan"]),
        boxes,
        pixel_size(row.get("pixel_um", "")),
        is_held_out(row.get("held_out", "")),
    )


def _box(sides: Sequence[Any], label: str, place: str) -> DrawnBox:
    """Raises ValueError."""
    x, y, width, height = (_number(name, side) for name, side in zip(SIDES, sides, strict=True))
    if width <= 0 or height <= 0:
        raise ValueError(f"the box is {width:g} × {height:g} pixels. Draw it, or leave the line out.")
    return DrawnBox(x, y, width, height, label or ORGANISM, place)


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not abs(number) <= MOST_PIXELS:
        raise ValueError(f"`{name}` is {value!r}, but takes a number of pixels.")
    return number


# --- COCO -----------------------------------------------------------------------------------------------------


def _of_coco(path: Path) -> Iterator[BoxedScan]:
    content = coco_content(path)
    names = {_key(entry.get("id")): str(entry.get("name") or "") for entry in content["categories"]}
    images = {_key(image.get("id")): _image(path, image) for image in content["images"]}
    yield from images.values()
    for entry in content["annotations"]:
        place = f"annotation {entry.get('id')!r}"
        image = images.get(_key(entry.get("image_id")))
        if image is None:
            raise ClassifierError(f"{path.name}, {place}: there is no image {entry.get('image_id')!r}.")
        sides = entry.get("bbox")
        try:
            if not isinstance(sides, list) or len(sides) != 4:
                raise ValueError("it has no `bbox` of x, y, width and height. Add it.")
            box = _box(sides, _category(names, entry.get("category_id")), place)
        except ValueError as error:
            raise ClassifierError(f"{path.name}, {place}: {error}") from error
        yield replace(image, boxes=(box,))


def _category(names: Mapping[str, str], number: Any) -> str:
    """Raises ValueError for one that is not among them: an organism of no name would be learnt."""
    if number is None:
        return ""
    if _key(number) not in names:
        raise ValueError(f"there is no category {number!r}. Add it, or leave `category_id` out.")
    return names[_key(number)]


def _key(value: Any) -> str:
    """Of ids, which files write as numbers and as texts."""
    return str(value)


def _image(path: Path, image: Mapping[str, Any]) -> BoxedScan:
    name, size = image.get("file_name"), image.get("pixel_um")
    try:
        return BoxedScan(
            file_beside(path, name if isinstance(name, str) else ""),
            pixel_um=pixel_size("" if size is None else str(size)),
            held_out=is_held_out(str(image.get("held_out", ""))),
        )
    except ValueError as error:
        raise ClassifierError(f"{path.name}, image {image.get('id')!r}: {error}") from error
