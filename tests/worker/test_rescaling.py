"""A corrected pixel size: measures in mm and traits that are taken from marks follow."""

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.measurements.actions import ensure_number_columns
from annotations.measurements.pixel_sizes import read_micrometres, set_pixel_size
from annotations.samples.columns import update_numbers
from annotations.samples.models import Acquisition, FreeColumn, ObjectFields
from classifier.contract.measurements import COLUMNS, PROJECT_NAMES
from tests.marks.test_values import draw, prosome, trait_value_of
from tests.plankton import tow
from tests.worlds import shared_rows
from worker.rescaling import rescale

__all__ = ["prosome", "tow"]
pytestmark = pytest.mark.django_db
AREA, FERET = "region_area", "region_feret"


@pytest.fixture(autouse=True)
def not_sent(monkeypatch) -> None:
    monkeypatch.setattr("annotations.jobs.actions.dispatch", lambda job: None)


@shared_rows
def measured(tow):
    """Every object has an area of 100 px² and a feret of 20 px, and no measure in mm."""
    names = PROJECT_NAMES[: len(COLUMNS)]
    positions = ensure_number_columns(project=tow.project, names=names)
    numbers = [{AREA: 100.0, FERET: 20.0}.get(name, 1.0) for name in names]
    update_numbers(project=tow.project, positions=positions, rows=[(o.pk, numbers) for o in tow.objects])
    return tow


def value_of(tow, name: str) -> float | None:
    column = FreeColumn.objects.get(project=tow.project, name=name)
    values = ObjectFields.objects.get(object=tow.objects[0]).values
    return values[column.position] if column.position < len(values) else None


def correct(tow, user, um: float | None) -> dict:
    acquisition = Acquisition.objects.get(sample__project=tow.project)
    job = set_pixel_size(project=tow.project, user=user, acquisitions=[acquisition.pk], micrometres=um)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(state="running")
    return rescale(job, Progress(job))


def test_measures_in_millimetres_follow(measured, alice):
    assert "10 objects" in correct(measured, alice, 10.0)["message"]
    assert value_of(measured, "region_area_mm2") == pytest.approx(100 * 0.01**2)
    assert value_of(measured, "region_feret_mm") == pytest.approx(20 * 0.01)
    correct(measured, alice, 20.0)
    assert value_of(measured, "region_feret_mm") == pytest.approx(20 * 0.02)
    assert value_of(measured, AREA) == 100
    correct(measured, alice, None)
    assert value_of(measured, "region_feret_mm") is None


def test_who_corrected_it_and_what_it_was_before_is_kept(tow, alice):
    correct(tow, alice, 10.6)
    source = Acquisition.objects.get(sample__project=tow.project).pixel_source
    assert source.startswith("Alice, ") and source.endswith("UTC; before: 50 µm")


def test_nothing_to_do(tow, alice):
    acquisition = Acquisition.objects.get(sample__project=tow.project)
    assert (
        set_pixel_size(project=tow.project, user=alice, acquisitions=[acquisition.pk], micrometres=50) is None
    )
    assert not Job.objects.exists()


@pytest.mark.parametrize("um", [0, -1, float("nan"), float("inf"), 1e5])
def test_a_size_that_can_not_be(tow, alice, um):
    acquisition = Acquisition.objects.get(sample__project=tow.project)
    with pytest.raises(ValidationError, match="at most"):
        set_pixel_size(project=tow.project, user=alice, acquisitions=[acquisition.pk], micrometres=um)


def test_acquisitions_of_others_are_out_of_reach(tow, alice):
    with pytest.raises(ValidationError, match="of this project"):
        set_pixel_size(project=tow.project, user=alice, acquisitions=[987654321], micrometres=10)


def test_how_people_write_it():
    assert (read_micrometres("10,6"), read_micrometres(" 0.75 "), read_micrometres("")) == (10.6, 0.75, None)
    with pytest.raises(ValidationError, match="micrometres"):
        read_micrometres("ten")


def test_by_the_api(client, tow, alice):
    client.force_login(alice)
    url = f"/api/v1/projects/{tow.project.pk}/acquisitions/"
    (result,) = client.get(url).json()["results"]
    assert (result["original_id"], result["pixel_um"]) == ("acq_1", 50)
    body = {"acquisitions": [result["id"]], "pixel_um": 10.6}
    assert client.patch(url, body, "application/json").json()["kind"] == "rescale"
    assert client.patch(url, body, "application/json").status_code == 204
    assert client.get(url).json()["results"][0]["pixel_um"] == 10.6


def test_a_trait_that_is_taken_from_marks_follows(tow, prosome, bob, alice):
    draw(tow, prosome, bob)
    assert trait_value_of(tow) == (1, "Bob")
    assert "marks of 1 " in correct(tow, alice, 10.0)["message"]
    assert trait_value_of(tow) == (0.2, "Bob")
    assert trait_value_of(tow, "prosome_in_pixels") == (20, "Bob")
