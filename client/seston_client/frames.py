"""Answers of the API as rows of DataFrames."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

TIMES = ("date", "labelled_at")


def frame_of_objects(objects: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row an object: its own columns, then the free ones by the names that the project has for them.

    A free column that is called as an own one has `_field` behind its name. `sample` is the sample's id, `image` the
    address of the object's first picture.
    """
    frame = pd.DataFrame([_object_row(shape) for shape in objects])
    for column in TIMES:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    return frame


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


def frame_of_results(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a value: places and taxa by their names, layers as two columns in m."""
    return pd.DataFrame([_result_row(row) for row in rows])


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
