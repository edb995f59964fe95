"""Reads COCO JSON: boxes, polygons in one or several parts, keypoints, masks as run lengths, compressed or not."""

from typing import Any

import orjson
from django.core.exceptions import ValidationError
from pycocotools import mask as coco_masks

from annotations.common.numbers import is_whole
from annotations.marks.figures import ParsedFigure, ParsedMarks, Size

MOST_PIXELS = 400_000_000  # of a mask: a larger one is no vignette


def read_coco(text: str) -> ParsedMarks:
    reading = ParsedMarks()
    try:
        file = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        reading.wrong(f"This is no JSON: {error.msg}.", line=error.lineno)
        return reading
    lists: dict[str, list[dict]] = {}
    for name in ("images", "categories", "annotations"):
        entries = file.get(name) if isinstance(file, dict) else None
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            lists[name] = entries
        else:
            reading.wrong(f"COCO has a list of objects {name!r}: this file has none.", column=name)
    if reading.errors:
        return reading
    images = _by_id(reading, "images", "file_name", lists["images"])
    categories = {
        key: str(entry.get("name"))
        for key, entry in _by_id(reading, "categories", "name", lists["categories"]).items()
    }
    for place, entry in enumerate(lists["annotations"]):
        _read_annotation(reading, entry, f"annotations[{place}]", images, categories)
    return reading


def _by_id(reading: ParsedMarks, name: str, named_by: str, entries: list[dict]) -> dict[str, dict]:
    """Entries by their id. Two of one id that are called otherwise are an error: nobody knows which is meant."""
    by_id: dict[str, dict] = {}
    for place, entry in enumerate(entries):
        first = by_id.setdefault(_id(entry.get("id")), entry)
        if first.get(named_by) != entry.get(named_by):
            reading.wrong(
                f"Two of `{name}` have the id {entry.get('id')!r}: {first.get(named_by)!r} and "
                f"{entry.get(named_by)!r}. Give each an id of its own.",
                column=f"{name}[{place}].id",
            )
    return by_id


def _id(raw: object) -> str:
    return repr(raw)  # whatever an id may be, a list too


def _read_annotation(reading: ParsedMarks, entry: dict, path: str, images: dict, categories: dict) -> None:
    image, label = images.get(_id(entry.get("image_id"))), categories.get(_id(entry.get("category_id")))
    if image is None:
        reading.wrong(
            f"There is no image {entry.get('image_id')!r} among `images`.", column=f"{path}.image_id"
        )
    if label is None:
        reading.wrong(
            f"There is no category {entry.get('category_id')!r} among `categories`.",
            column=f"{path}.category_id",
        )
    try:
        where, kind, geometry = figure_of(entry)
        drawn_on = size_of(image) if image is not None else None
    except ValidationError as error:
        return reading.wrong(error.messages[0], column=path)
    if image is None or label is None:
        return
    rank = image.get("rank", 0)
    figure = ParsedFigure(None, f"{path}.{where}", label, kind, geometry, drawn_on=drawn_on)
    figure.object = str(image["object"]) if "object" in image else None
    figure.file_name = str(image.get("file_name"))
    figure.rank = rank if is_whole(rank) else -1
    reading.figures.append(figure)


def size_of(image: dict) -> Size | None:
    """Of the picture that was drawn on; None where the file does not say it."""
    match image.get("width"), image.get("height"):
        case None, None:
            return None
        case width, height if is_whole(width) and is_whole(height) and width > 0 and height > 0:
            return width, height
    raise ValidationError(
        f"The image {image.get('file_name')!r} has width {image.get('width')!r} and height {image.get('height')!r}: "
        "both take whole numbers of pixels above 0."
    )


def figure_of(entry: dict) -> tuple[str, str, object]:
    """Where it stands, its kind and its geometry: as Seston wrote it, or as any COCO file has it."""
    match entry:
        case {"attributes": {"kind": str(kind), "geometry": dict(geometry)}}:
            return "attributes.geometry", kind, geometry
        case {"segmentation": {"counts": str(counts), "size": size}}:
            return "segmentation", "mask", decompressed(counts, size)
        case {"segmentation": dict(geometry)}:
            return "segmentation", "mask", geometry
        case {"segmentation": [list(numbers)]}:
            return "segmentation[0]", "polygon", {"points": _pairs(numbers, 2)}
        case {"segmentation": [list(), list(), *_] as parts}:
            return "segmentation", "parts", {"parts": [_pairs(numbers, 2) for numbers in parts]}
        case {"keypoints": [_, *_] as numbers}:
            points = [point[:2] for point in _pairs(numbers, 3) if point[2:] != [0]]
            return "keypoints", "point", {"points": points}
        case {"bbox": [x, y, width, height]}:
            return "bbox", "box", {"x": x, "y": y, "width": width, "height": height}
    raise ValidationError("This annotation draws nothing: it takes a segmentation, keypoints or a bbox.")


def _pairs(numbers: Any, width: int) -> list[list]:
    if not isinstance(numbers, list) or len(numbers) % width:
        raise ValidationError(f"A list of coordinates has {_many(numbers)} numbers, no multiple of {width}.")
    return [numbers[start : start + width] for start in range(0, len(numbers), width)]


def _many(numbers: Any) -> str:
    return str(len(numbers)) if isinstance(numbers, list) else "no"


def decompressed(counts: str, size: object) -> dict:
    """COCO's compressed run lengths as a list. Raises ValidationError where they are none of such a size."""
    match size:
        case [height, width] if is_whole(height) and is_whole(width) and height > 0 < width:
            runs = _run_lengths(counts) if height * width <= MOST_PIXELS else []
            if runs and sum(runs) == height * width and min(runs) >= 0:
                return {"size": [height, width], "counts": runs}
    raise ValidationError(
        f"`counts` are no compressed run lengths of a mask of `size` {size!r}, [height, width]: write them as "
        "pycocotools does, or as a list of numbers."
    )


def _run_lengths(text: str) -> list[int]:
    """The numbers behind the text: five bits a character, the lowest first, from the third on as differences.

    Read here, before pycocotools sees them: its C code trusts that they fit the size.
    """
    runs: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 60:
            return [-1]
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    return runs or [-1]


def filled(parts: list[list[list[float]]], size: Size) -> dict:
    """Several polygons as one mask of a picture of that size. Raises ValidationError where one is none."""
    width, height = size
    flat = [
        [float(number) for point in points for number in point] for points in parts if _is_polygon(points)
    ]
    if len(flat) < len(parts):
        raise ValidationError("Each part of a segmentation takes three or more points of two numbers.")
    runs = coco_masks.merge(coco_masks.frPyObjects(flat, height, width))
    return decompressed(runs["counts"].decode(), runs["size"])


def _is_polygon(points: list) -> bool:
    numbers = [number for point in points for number in point]
    are_numbers = all(
        isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e6 for n in numbers
    )
    return len(points) >= 3 and are_numbers
