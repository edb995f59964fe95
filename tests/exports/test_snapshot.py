"""What is exported is the project as it was at one moment, whatever people do meanwhile."""

import zipfile
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from django.db import connection

from annotations.exports.actions import export_project
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.marks.exporting import write_marks
from annotations.marks.models import Mark, MarkLabel
from annotations.samples.models import Object
from tests.exports.test_export import lines_of
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work) -> None:
    """Done and committed in a session of its own, as another process would."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def test_what_is_changed_during_an_export_is_not_half_in_it(project, tmp_path, monkeypatch):
    rows = [row(1, sample_id="first"), row(2, sample_id="second")]
    run_import(project, package(tmp_path / "tow.zip", rows))
    reports: list[int] = []

    def report(done: int, total: int, message: str) -> None:
        """Between two tables somebody changes every object."""
        reports.append(done)
        elsewhere(lambda: Object.objects.filter(project=project).update(depth_min=99))

    params = {"images": False, "filter": {}, "out": str(tmp_path / "out.zip")}
    job = Job.objects.create(kind="export_project", project=project, state="running", params=params)
    progress = Progress(job)
    monkeypatch.setattr(progress, "update", report)
    export_project(job, progress)
    tables = lines_of(tmp_path / "out.zip")
    assert reports == [1, 2] and len(tables) == 2
    for head, _, line in tables.values():
        assert line[head.index("object_depth_min")] != "99"


def test_marks_drawn_during_an_export_have_no_part_in_it(project, alice, tmp_path):
    run_import(project, package(tmp_path / "tow.zip", [row(1), row(2)]))
    first, second = Object.objects.filter(project=project).order_by("id")
    label = MarkLabel.objects.create(project=project, key="egg", name="Egg", colour="#ffffff")

    def draw(target: Object) -> None:
        figure = {"points": [[1, 1]]}
        Mark.objects.create(
            project=project,
            object=target,
            image=target.images.get(),
            label=label,
            kind="point",
            geometry=figure,
        )

    draw(first)
    pieces = write_marks(project, "coco")
    text = next(pieces)
    elsewhere(lambda: draw(second))
    file = orjson.loads(text + "".join(pieces))
    assert len(file["images"]) == len(file["annotations"]) == 1


@pytest.mark.parametrize("format_name", ["csv", "ecotaxa"])
def test_batches_that_are_read_ahead_see_the_same_moment(project, tmp_path, monkeypatch, format_name):
    monkeypatch.setattr("annotations.exports.lines.BATCH", 2)
    run_import(project, package(tmp_path / "tow.zip", [row(n) for n in range(9)]))
    params = {"format": format_name, "images": "none", "filter": {}, "out": str(tmp_path / "out.zip")}
    params["options"] = {"columns": "", "layout": "flat"} if format_name == "csv" else {}
    job = Job.objects.create(kind="export_project", project=project, state="running", params=params)
    progress = Progress(job)

    def report(done: int, total: int, message: str) -> None:
        elsewhere(lambda: Object.objects.filter(project=project).update(depth_min=99))

    monkeypatch.setattr(progress, "update", report)
    assert export_project(job, progress)["rows"] == 9
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        name = next(name for name in file.namelist() if name.startswith(("objects.", "s1/")))
        lines = file.read(name).decode("utf-8-sig").splitlines()
    cells = [
        line.replace(",", "\t").split("\t") for line in lines if line.startswith("o") and line[1].isdigit()
    ]
    assert [line[0] for line in cells] == [f"o{n}" for n in range(9)]
    assert all("99" not in line for line in cells)
