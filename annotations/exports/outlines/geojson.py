"""GeoJSON beside each larger picture, as QuPath opens it: of each object its outline, in pixels."""

from pathlib import Path

import numpy as np
import orjson

from annotations.exports.archive import ArchiveWriter
from annotations.exports.outlines.scans import PlacedObject, PlacedScan, ScanWriter
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written
from classifier.contract.outlines import rings_of, signed_area


def write_geojson(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    with ArchiveWriter(out) as package:
        writer = ScanWriter(package, request, on_progress)
        for scan in writer.scans():
            package.text(f"images/{scan.stem}.geojson", orjson.dumps(_collection(scan)))
        files = [
            "`images/`: larger pictures, and beside each a `.geojson` with the outlines of its objects, in pixels"
        ]
        writer.add_card("GeoJSON of QuPath", files)
    return writer.written


def _collection(scan: PlacedScan) -> dict:
    return {"type": "FeatureCollection", "features": [_feature(one) for one in scan.objects]}


def _feature(one: PlacedObject) -> dict:
    classification = {"classification": {"name": one.taxon}} if one.taxon else {}
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": polygons(one)},
        "properties": {
            "objectType": "annotation",
            "name": one.name,
            **classification,
            "object": one.name,
            "sample": one.sample,
            "state": one.state,
            "score": one.score,
            "pixel_um": one.pixel_um,
        },
    }


def polygons(one: PlacedObject) -> list[list[list[list[int]]]]:
    """MultiPolygon's coordinates: each part with its holes, lines closed."""
    rings = rings_of(one.mask)
    outer = [ring for ring in rings if signed_area(ring) > 0]
    parts = [[_closed(ring, one)] for ring in outer]
    for hole in (ring for ring in rings if signed_area(ring) < 0):
        parts[_around(hole, outer)].append(_closed(hole, one))
    return parts


def _closed(ring: np.ndarray, one: PlacedObject) -> list[list[int]]:
    points = np.add(ring, (one.x, one.y)).tolist()
    return [*points, points[0]]


def _around(hole: np.ndarray, outer: list[np.ndarray]) -> int:
    """Which outer line lies around the hole: of those whose box does, the smallest."""
    low, high = hole.min(0), hole.max(0)
    around = [n for n, ring in enumerate(outer) if (ring.min(0) <= low).all() and (high <= ring.max(0)).all()]
    return min(around, key=lambda n: signed_area(outer[n]))
