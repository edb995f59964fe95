"""Answers of the API as rows of DataFrames."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

TIMES = ("date", "labelled_at")
OBJECT_NUMBERS = ("score", "margin", "entropy", "depth_min", "depth_max", "latitude", "longitude", "pixel_um")
OBJECT_COLUMNS = [
    *("id", "version", "original_id", "sample", "state", "score", "margin", "entropy", "depth_min"),
    *("depth_max", "date", "latitude", "longitude", "annotator", "labelled_at", "acquisition_id"),
    *("pixel_um", "traits", "sample_id", "taxon", "taxon_id", "image"),
]
RESULT_NUMBERS = ("value", "low", "high")
RESULT_COLUMNS = ["taxon", "taxon_id", "state", "value", "unit", "low", "high", "warning"]
PLACES = {
    "sample": ["sample", "sample_id"],
    "acquisition": ["sample", "sample_id", "acquisition", "acquisition_id"],
    "layer": ["sample", "sample_id", "layer_top", "layer_bottom"],
}


def frame_of_objects(objects: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row an object: its own columns, then the free ones by the names that the project has for them.

    A free column that is called as an own one has `_field` behind its name. `sample` is the sample's name, `image` the
    address of the object's first picture.
    """
    frame = rows_or_none([_object_row(shape) for shape in objects], OBJECT_COLUMNS, OBJECT_NUMBERS)
    for column in TIMES:
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    free = frame.columns[len(OBJECT_COLUMNS) :]
    numbers = [name for name in free if frame[name].dtype.kind == "i" or frame[name].isna().all()]
    return frame.astype(dict.fromkeys(numbers, float))


def rows_or_none(rows: list[dict[str, Any]], columns: list[str], numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Where there are no rows, the columns are there all the same; `numbers` are float, NaN where a row has none."""
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    return frame.astype(dict.fromkeys(numbers, float))


def _object_row(shape: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in shape.items() if name not in ("taxon", "images", "fields")}
    taxon = shape["taxon"] or {}
    row = {
        **own,
        "sample": shape["sample_original_id"],
        "sample_id": shape["sample"],
        "taxon": taxon.get("name"),
        "taxon_id": taxon.get("id"),
        "image": shape["images"][0]["url"] if shape["images"] else None,
    }
    del row["sample_original_id"]
    return row | {
        (f"{name}_field" if name in row else name): value for name, value in shape["fields"].items()
    }


def frame_of_counts(counts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "taxon": (count["taxon"] or {}).get("name"),
            "taxon_id": (count["taxon"] or {}).get("id"),
            "state": count["state"],
            "count": count["count"],
        }
        for count in counts
    ]
    return pd.DataFrame(rows, columns=["taxon", "taxon_id", "state", "count"])


def frame_of_results(rows: Iterable[Mapping[str, Any]], by: str = "sample") -> pd.DataFrame:
    """One row a value: places and taxa by their names, layers as two columns in m."""
    columns = [*RESULT_COLUMNS, *PLACES.get(by, [])]
    return rows_or_none([_result_row(row) for row in rows], columns, RESULT_NUMBERS)


def _result_row(row: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(row)
    for name in ("sample", "acquisition"):
        place = flat.pop(name, None)
        if place:
            flat |= {name: place["original_id"], f"{name}_id": place["id"]}
    layer = flat.pop("layer", None)
    if layer:
        flat |= {"layer_top": layer[0], "layer_bottom": layer[1]}
    taxon = flat.pop("taxon", None) or {}
    return {"taxon": taxon.get("name"), "taxon_id": taxon.get("id"), **flat}
