"""GeoJSON as QuPath writes it: features with polygons in pixels, and what they are classified as.

https://qupath.readthedocs.io/en/stable/docs/advanced/exporting_annotations.html; RFC 7946 for geometries.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import orjson
from django.core.exceptions import ValidationError

from annotations.common.numbers import is_number
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation, CocoImage
from annotations.imports.drawn.figures import Drawn, Rings, annotation_of_mask, mask_of_parts
from annotations.imports.drawn.file import DrawnFile, FileReading, Make
from annotations.imports.drawn.names import category_named, state_of
from annotations.imports.drawn.pairing import PicturePairs
from annotations.imports.entries import ending_of
from annotations.marks.figures import Size
from annotations.taxonomy.names import clean_name

MOST_BYTES = 512 * 2**20
HEAD = 2**16  # bytes in which a .json says that it is GeoJSON
WITHOUT_AREA = {"Point", "MultiPoint", "LineString", "MultiLineString"}


def geojson_files(package: Package) -> list[str]:
    """Sorted: what ends so, and each .json that begins so."""
    return sorted(
        path
        for path in package.paths()
        if ending_of(path) == ".geojson" or (ending_of(path) == ".json" and _begins_so(package, path))
    )


def _begins_so(package: Package, path: str) -> bool:
    with package.stream(path) as file:
        head = file.read(HEAD)
    return b'"FeatureCollection"' in head or (b'"Feature"' in head and b'"geometry"' in head)


def read_geojson(reading: FileReading, pairs: PicturePairs) -> DrawnFile:
    file, image = DrawnFile(reading.path), reading.picture(pairs)
    features = _features(reading)
    if image is not None and features is not None:
        image.annotations += reading.drawn(image, _entries(reading, features))
        _note_origin(image, features)
        file.images[image.path] = image
    return file


def _note_origin(image: CocoImage, features: list) -> None:
    """Sample and size of pixels, where Seston wrote them: they are those of the picture, and so of every feature."""
    match features:
        case [{"properties": {"sample": str(sample), "pixel_um": pixel_um}}, *_]:
            image.sample = clean_name(sample)
            image.pixel_um = float(pixel_um) if is_number(pixel_um) and pixel_um > 0 else None


def _features(reading: FileReading) -> list | None:
    with reading.package.stream(reading.path) as stream:
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        reading.report(f"This file has more than {MOST_BYTES // 2**20} MiB. Split it, a picture each.")
        return None
    try:
        content = orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reading.report(f"This is no JSON: {error.msg}. Write it anew.", error.lineno)
        return None
    match content:
        case {"type": "FeatureCollection", "features": list(features)} | list(features):
            return features
        case {"type": "Feature"}:
            return [content]
    reading.report("This is no FeatureCollection of GeoJSON. Export the objects as GeoJSON again.")
    return None


def _entries(reading: FileReading, features: list) -> Iterator[tuple[str, int | None, Make]]:
    for number, feature in enumerate(features):
        place = f"features[{number}]"
        kind = _geometry(feature).get("type")
        if kind in WITHOUT_AREA:
            message = f"{place} is a {kind}, which has no area, so it was left out."
            reading.problems.warn(message, reading.path, fault="no area", cell=place)
            continue
        yield place, None, partial(_annotation, number, place, feature)


def _geometry(feature: Any) -> dict:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return geometry if isinstance(geometry, dict) else {}


def _annotation(number: int, place: str, feature: Any, size: Size) -> Annotation:
    parts = _parts(_geometry(feature))
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    category = category_named(_class(properties), ":")
    score = properties.get("score")
    drawn = Drawn(
        feature.get("id") or number + 1,
        place,
        category,
        state_of(category, str(properties.get("state") or "")),
        float(score) if is_number(score) and 0 <= score <= 1 else None,
        str(properties.get("object") or ""),
    )
    return annotation_of_mask(drawn, mask_of_parts(parts, size), size)


def _class(properties: dict) -> str:
    """QuPath: `classification` with a name, or with names from the general to the particular."""
    match properties.get("classification"):
        case {"names": [_, *_] as names}:
            return ":".join(map(str, names))
        case {"name": str(name)} | str(name):
            return name
    return ""


def _parts(geometry: dict) -> list[Rings]:
    match geometry:
        case {"type": "Polygon", "coordinates": list(rings)}:
            return [_rings(rings)]
        case {"type": "MultiPolygon", "coordinates": [_, *_] as polygons}:
            return [_rings(rings) for rings in polygons]
    raise ValidationError(
        f"its geometry is {geometry.get('type')!r}, but takes a Polygon or MultiPolygon with coordinates. Draw it anew."
    )


def _rings(rings: Any) -> list[np.ndarray]:
    try:
        created = [np.asarray([point[:2] for point in ring], float).reshape(-1, 2) for ring in rings]
    except (TypeError, ValueError, KeyError) as error:
        raise ValidationError("its coordinates are no lists of [x, y]. Export it again.") from error
    if not created or any(len(ring) < 3 or not (np.abs(ring) < 1e6).all() for ring in created):
        raise ValidationError("each of its lines takes three or more points of two numbers. Draw it anew.")
    return created
