"""From a package without measurements to numbers that people filter by and take away."""

import csv
import io
import zipfile

import pytest

from annotations.exports.actions import export_project, start_export
from annotations.jobs.models import Job, JobState
from tests.imports.packages import package, row, run_import
from tests.measurements.conftest import picture
from tests.worker.runs import run
from worker.measuring import measure_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_chunks")]


@pytest.fixture
def tow(tmp_path):
    """A package with discs of 8 and 12 pixels radius, at 20 µm a pixel."""
    rows = [row(n, process_id="p1", process_pixel="20", object_area=n) for n in (1, 2)]
    pictures = {"o1.png": picture(8), "o2.png": picture(12)}
    return package(tmp_path / "tow.zip", rows, {"object_area": "f"}, **pictures)


def matching_names(client, project, **params) -> list[str]:
    page = client.get(f"/api/v1/projects/{project.pk}/objects/", params).json()
    return [shape["original_id"] for shape in page["results"]]


def test_an_import_is_followed_by_measurements_that_filters_sorting_and_exports_have(
    project, alice, client, tow, settings
):
    settings.MEASURE_ON_IMPORT = True
    run_import(project, tow, alice)
    job = run(Job.objects.get(kind="measure"), measure_project)
    assert (job.state, job.owner, job.result["measured"]) == (JobState.DONE, alice, 2), job.errors
    client.force_login(alice)
    assert matching_names(client, project, field="region_esd_mm>0.4") == ["o2"]
    assert matching_names(client, project, order="-field:region_area") == ["o2", "o1"]
    assert matching_names(client, project, field="region_perim.<70") == ["o1"]
    written = run(start_export(project=project, user=alice, images=False), export_project)
    with zipfile.ZipFile(settings.EXPORTS_FOLDER / f"{written.pk}.zip") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".tsv")]
        lines = list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter="\t"))
    assert [line["object_area"] for line in lines] == ["[f]", "1", "2"], "the package's own"
    assert 0.9 < float(lines[2]["object_region_esd_mm"]) / 0.48 < 1.1
    assert float(lines[1]["object_region_%area"]) == 0


def test_what_was_exported_comes_in_again_with_its_measurements(project, alice, tow, tmp_path, settings):
    run_import(project, tow, alice)
    run(Job.objects.create(kind="measure", project=project, params={"anew": False}), measure_project)
    written = run(start_export(project=project, user=alice), export_project)
    from annotations.projects.actions import create_project

    copy = create_project(title="Copy", owner=alice)
    run_import(copy, settings.EXPORTS_FOLDER / f"{written.pk}.zip", alice)
    job = run(Job.objects.create(kind="measure", project=copy, params={"anew": False}), measure_project)
    assert job.message == "Nothing to do: all vignettes are measured."


@pytest.mark.parametrize("is_on", [True, False])
def test_an_import_that_brings_nothing_new_starts_no_measurement(project, alice, tow, settings, is_on):
    settings.MEASURE_ON_IMPORT = False
    run_import(project, tow, alice)
    settings.MEASURE_ON_IMPORT = is_on
    run_import(project, tow, alice)
    assert not Job.objects.filter(kind="measure").exists()
