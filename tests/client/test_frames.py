"""Frames of `seston_client`, above all those of what is not there."""

import pandas as pd
import pytest

from seston_client.filters import as_params
from seston_client.frames import frame_of_objects, frame_of_results
from seston_client.labelling import targets

SHAPE = {
    "id": 3,
    "version": 1,
    "original_id": "o3",
    "sample": 7,
    "sample_original_id": "tow",
    "taxon": None,
    "state": "validated",
    "score": None,
    "margin": None,
    "entropy": None,
    "depth_min": None,
    "depth_max": None,
    "date": None,
    "latitude": None,
    "longitude": None,
    "annotator": None,
    "labelled_at": None,
    "acquisition_id": 1,
    "pixel_um": None,
    "images": [],
    "traits": {},
    "fields": {"area": 5.0, "feret": None, "value": "large", "score": 2.0},
}


def test_a_frame_of_nothing_has_the_columns_of_one_of_something():
    none, one = frame_of_objects([]), frame_of_objects([SHAPE])
    assert list(none) == list(one)[: len(list(none))]
    assert none["date"].dt.tz is not None
    assert not none["score"].gt(0.5).any()
    assert none["taxon"].value_counts().empty
    assert targets(none) == []


def test_numbers_that_nobody_has_are_missing_numbers():
    one = frame_of_objects([SHAPE])
    assert not one["score"].gt(0.5).any()
    assert not one["feret"].gt(0.5).any()
    assert one.loc[0, ["area", "value", "score_field", "sample", "sample_id"]].tolist() == [
        *(5.0, "large", 2.0),
        *("tow", 7),
    ]


def test_a_free_column_of_whole_numbers_is_one_of_numbers():
    assert frame_of_objects([SHAPE | {"fields": {"area": 5}}])["area"].dtype == float


@pytest.mark.parametrize(
    ("by", "column"),
    [
        ("sample", "sample"),
        ("acquisition", "acquisition_id"),
        ("layer", "layer_top"),
        ("project", "value"),
    ],
)
def test_results_of_nothing_have_their_columns(by, column):
    none = frame_of_results([], by)
    assert none[column].tolist() == []
    assert none["value"].sum() == 0


def test_a_column_of_a_frame_is_a_list_of_values():
    filter = {"id": pd.Series([3, 4]), "taxon": pd.unique(pd.Series(["Copepoda"])), "state": "validated"}
    assert as_params(filter, {"Copepoda": 25}.__getitem__) == {
        "id": ["3", "4"],
        "taxon": ["25"],
        "state": ["validated"],
    }
