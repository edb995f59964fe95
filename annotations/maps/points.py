"""The points of a map as bytes, written while they are read: the first are drawn before the last are asked for.

    uint32   length of the header
    bytes    header, JSON: what the points are coloured by, its groups, and whether their places follow
    then blocks, each of up to 65,536 points, numbers with the least byte first:
    uint32   n, the number of points; 0 ends the stream, so that one that was cut off is known
    float64  start
    int32 n  each object's number less the one before it, the first less `start`
    n        uint16 the place of its group in the header, or float32 its value, NaN where it has none
    uint16 n x, from 0 to 65,535; neither this nor y where only colours were asked for
    uint16 n y

What objects were deleted or moved to another project is not among them, for the objects themselves are asked.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
from django.db import connection

from annotations.maps.colouring import Colouring
from annotations.maps.models import MapProjection
from annotations.maps.places import places_of
from annotations.search.filter import Filter

FIRST_BLOCK, BLOCK = 16_384, 65_536  # points: the first are soon there
LEVEL = 1  # of compression: places hardly shrink, numbers do by the fastest
HEADER = 19  # bytes that a binary COPY begins with
ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("id_length", ">i4"),
        ("id", ">i8"),
        ("x_length", ">i4"),
        ("x", ">i4"),
        ("y_length", ">i4"),
        ("y", ">i4"),
        ("value_length", ">i4"),
        ("value", ">f8"),
    ]
)

POINTS = """COPY (
SELECT o.id, {x}, {y}, coalesce(({value})::float8, 'NaN')
FROM {table} JOIN samples_object o ON o.id = e.object_id {join}
WHERE {places} AND o.project_id = {project:d} AND {condition}
) TO STDOUT (FORMAT BINARY)"""


def compressed(parts: Iterator[bytes]) -> Iterator[bytes]:
    """As gzip, each part whole as soon as it is there."""
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    for part in parts:
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def points_of(
    projection: MapProjection, criteria: Filter, colouring: Colouring, has_places: bool = True
) -> Iterator[bytes]:
    """The header, then the blocks, without places for whoever has these already. Holds the database's connection until
    it is read to its end, or closed.

    Raises ValidationError for a filter that finds nothing to look at any more: at once, before a byte is sent.
    """
    statement = _statement(projection, criteria, colouring, has_places)
    return _written(_header(projection, colouring, has_places), colouring, has_places, *statement)


def _written(
    header: bytes, colouring: Colouring, has_places: bool, sql: str, params: list
) -> Iterator[bytes]:
    yield header
    for rows in _blocks(sql, params):
        yield _block(rows, colouring, has_places)
    yield np.array([0], "<u4").tobytes()


def _statement(
    projection: MapProjection, criteria: Filter, colouring: Colouring, has_places: bool
) -> tuple[str, list]:
    project, places = projection.project_id, places_of(projection)
    condition, params = criteria.narrowed(project).where(project)
    sql = POINTS.format(
        x=places.x if has_places else 0,  # vectors are not read then
        y=places.y if has_places else 0,
        value=colouring.value,
        table=places.table,
        join=colouring.join,
        places=places.condition,
        project=project,
        condition=condition,
    )
    return sql, [*colouring.params, *params]


def _blocks(sql: str, params: list) -> Iterator[np.ndarray]:
    data, size = bytearray(), FIRST_BLOCK * ROW.itemsize
    start = HEADER
    with connection.cursor() as cursor, cursor.copy(cursor.mogrify(sql, params)) as copy:
        for part in copy:
            data += part
            if len(data) >= start + size:
                yield np.frombuffer(bytes(data[start : start + size]), ROW)
                del data[: start + size]
                start, size = 0, BLOCK * ROW.itemsize
    count = (len(data) - start) // ROW.itemsize  # what follows the last row ends the COPY
    if count:
        yield np.frombuffer(bytes(data), ROW, count, start)


def _header(projection: MapProjection, colouring: Colouring, has_places: bool) -> bytes:
    """Padded with blanks to a multiple of eight."""
    header = {
        "projection": projection.pk,
        "title": colouring.title,
        "has_places": has_places,
        "groups": [asdict(group) for group in colouring.groups],
    }
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return np.array([len(text)], "<u4").tobytes() + text


def _block(rows: np.ndarray, colouring: Colouring, has_places: bool) -> bytes:
    ids = rows["id"].astype("<i8")
    deltas = np.diff(ids, prepend=ids[:1]).astype("<i4")
    if colouring.groups:
        values = _groups(rows["value"].astype(float), colouring).astype("<u2")
    else:
        values = rows["value"].astype("<f4")
    places = (rows["x"].astype("<u2"), rows["y"].astype("<u2")) if has_places else ()
    parts = (
        np.array([len(rows)], "<u4"),
        np.array([ids[0]], "<f8"),
        deltas,
        values,
        *places,
    )
    return b"".join(part.tobytes() for part in parts)


def _groups(values: np.ndarray, colouring: Colouring) -> np.ndarray:
    """The place of each value's group; the last one's for what is none's."""
    keys = np.array([group.key for group in colouring.groups])
    order = np.argsort(keys)
    ranks = np.searchsorted(keys, np.nan_to_num(values, nan=-2), sorter=order).clip(max=len(keys) - 1)
    places = order[ranks]
    return np.where(keys[places] == values, places, len(keys) - 1)
