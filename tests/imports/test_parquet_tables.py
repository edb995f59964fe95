"""Parquet with pictures comes in as CSV with pictures does, and our own comes back the same."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.projects.actions import create_project
from annotations.samples.models import FreeColumn, Object, ObjectFields, State
from tests.imports.packages import package, png, row, run_import, write_zip

pytestmark = pytest.mark.django_db


def parquet(path: Path, columns: dict, *pictures: str) -> Path:
    raw = io.BytesIO()
    pq.write_table(pa.table(columns), raw, row_group_size=1)
    files = {name: png(n) for n, name in enumerate(pictures)}
    return write_zip(path / "tow12.zip", {"objects.parquet": raw.getvalue(), **files})


def test_types_are_read_as_what_they_say(project, alice, tmp_path):
    moment = datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    columns = {
        "file": ["a.png", "b.png"],
        "label": pa.array(["Copepoda", None]).dictionary_encode(),
        "lat": [43.5, None],
        "date": pa.array([moment, None], pa.timestamp("ns", "Europe/Paris")),
        "area": [12.5, float("nan")],
        "esd": pa.array([0.1, float("nan")], pa.float32()),
        "count": pa.array([3.0, None]),
        "torn": [True, False],
        "day": [date(2024, 5, 2), None],
    }
    path = parquet(tmp_path, columns, "a.png", "b.png")
    result = run_import(project, path, alice, create_taxa=True)
    assert (result["format"], result["objects"]) == ("table", 2)
    one, other = Object.objects.order_by("wide__original_id")
    assert (one.state, one.taxon.name, one.latitude, one.taken_at) == (
        State.VALIDATED,
        "Copepoda",
        43.5,
        moment,
    )
    assert (other.state, other.latitude, other.taken_at) == (State.UNCLASSIFIED, None, None)
    places = dict(FreeColumn.objects.filter(is_number=True).values_list("name", "position"))
    values = ObjectFields.objects.get(object=one).values
    assert {name: values[place] for name, place in places.items()} == {
        "area": 12.5,
        "esd": 0.1,
        "count": 3.0,
        "torn": 1.0,
    }
    assert ObjectFields.objects.get(object=one).texts == {"day": "2024-05-02"}


def test_what_our_parquet_says_comes_back(project, alice, tmp_path):
    table = package(tmp_path / "p.zip", [row(n, object_lat="43.5", object_area=f"{n}.25") for n in (1, 2, 3)])
    run_import(project, table, alice, create_taxa=True)
    job = start_export(project=project, user=alice, format_name="parquet")
    export_project(job, Progress(job))
    with zipfile.ZipFile(export_path(job)) as archive:
        assert any(name.endswith(".parquet") for name in archive.namelist())
    again = create_project(title="Again", owner=alice)
    assert run_import(again, export_path(job), alice)["objects"] == 3

    def labels_of(of) -> list[tuple]:
        rows = Object.objects.filter(project=of).order_by("wide__original_id")
        return list(
            rows.values_list("wide__original_id", "taxon", "state", "latitude", "sample__original_id")
        )

    assert labels_of(again) == labels_of(project)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"file": ["a.png"], "boxes": [[1, 2]]}, "The column holds list"),
        ({"file": ["a.png"], "pixels": [b"12"]}, "The column holds binary"),
        (
            {"file": ["a.png"], "pixels": pa.array([b"12"], pa.binary(2))},
            "The column holds fixed_size_binary",
        ),
    ],
)
def test_columns_that_hold_no_cells_are_named(project, alice, tmp_path, columns, words):
    with pytest.raises(JobError) as failure:
        run_import(project, parquet(tmp_path, columns, "a.png"), alice)
    (error,) = failure.value.errors
    assert words in error["message"] and error["column"] == list(columns)[1]


def test_a_damaged_file_is_said(project, alice, tmp_path):
    path = write_zip(tmp_path / "p.zip", {"objects.parquet": b"PAR1 and no more", "a.png": png()})
    with pytest.raises(JobError) as failure:
        run_import(project, path, alice)
    (error,) = failure.value.errors
    assert error["file"] == "objects.parquet" and "no Parquet that can be read" in error["message"]


NO_UTF_8 = pa.Array.from_buffers(
    pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
)


@pytest.mark.parametrize("cells", [NO_UTF_8, pa.array([2**62], pa.timestamp("us"))], ids=["text", "moment"])
def test_cells_that_nobody_can_read_are_said(project, alice, tmp_path, cells):
    with pytest.raises(JobError) as failure:
        run_import(project, parquet(tmp_path, {"file": ["a.png"], "place": cells}, "a.png"), alice)
    (error,) = failure.value.errors
    assert error["file"] == "objects.parquet" and "no Parquet that can be read" in error["message"]
