"""What is changed in an export, and imported as an update, is what the next export says; twice changes nothing."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exports.test_export import run_export
from tests.imports.packages import package, run_import, write_zip
from tests.imports.test_rerunning import full, packed

pytestmark = pytest.mark.django_db
NUMBERS = st.one_of(
    st.just(""), st.floats(-1e9, 1e9, allow_subnormal=False).map(repr), st.integers(-10_000, 10_000).map(str)
)
TEXTS = st.text(st.characters(categories=["L", "Nd"], include_characters=" -.°"), max_size=12).map(str.strip)
CELLS = {
    "object_area": NUMBERS,
    "object_mean": NUMBERS,
    "object_note": TEXTS,
    "object_lat": st.floats(-90, 90, allow_subnormal=False).map(lambda angle: repr(round(angle, 9))),
    "object_lon": st.floats(-180, 180, allow_subnormal=False).map(lambda angle: repr(round(angle, 9))),
    "object_date": st.dates().filter(lambda day: day.year > 1900).map(lambda day: f"{day:%Y%m%d}"),
    "object_time": st.times().map(lambda time: f"{time:%H%M%S}"),
    "sample_tot_vol": TEXTS,
    "acq_sub_part": TEXTS,
    "process_note": TEXTS,
}
OF_ALL = ("sample_", "acq_", "process_")  # one sample, one acquisition


def rows_of(project, out: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the lines of an export without pictures; its second line are types."""
    run_export(project, out, images=False)
    with zipfile.ZipFile(out) as package:
        (name,) = [name for name in package.namelist() if name.endswith(".tsv") and "ecotaxa_" in name]
        text = package.read(name).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text), delimiter="\t")
    return head, lines


def as_read(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_changed_cells_come_back(project, tmp_path, data):
    if not project.samples.exists():
        run_import(project, packed(tmp_path / "p.zip", *(full(n, process_note="a") for n in range(3))))
    head, (types, *lines) = rows_of(project, tmp_path / "before.zip")
    columns = data.draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4, unique=True))
    for column in columns:
        place = head.index(column)
        chosen = range(3) if column.startswith(OF_ALL) else {data.draw(st.integers(0, 2))}
        cell = data.draw(CELLS[column])
        for number in chosen:
            lines[number][place] = cell
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([head, types, *lines])
    path = write_zip(tmp_path / "changed.zip", {"ecotaxa_changed.tsv": out.getvalue()})
    run_import(project, path, mode="update")
    again_head, (_, *again) = rows_of(project, tmp_path / "after.zip")
    assert again_head == head
    assert [[*map(as_read, line)] for line in again] == [[*map(as_read, line)] for line in lines]
    twice = run_import(project, path, mode="update")
    assert (twice["updated"], twice["same"], twice["update"]) == (0, 3, None)


def test_an_export_without_samples_is_the_same_as_an_update(project, tmp_path):
    """Samples and acquisitions without ids have names of the database, which no package must take for others."""
    rows = [{"object_id": f"o{n}", "img_file_name": f"o{n}.png", "object_area": str(n)} for n in range(3)]
    run_import(project, package(tmp_path / "p.zip", rows, {"object_area": "f"}))
    run_export(project, tmp_path / "out.zip", images=False)
    result = run_import(project, tmp_path / "out.zip", mode="update", dry_run=True)
    assert (result["updated"], result["same"], result["warnings"]) == (0, 3, [])
