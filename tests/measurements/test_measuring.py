"""Measuring as a job: what it writes, what it leaves alone, what a killed worker leaves."""

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job, JobState
from annotations.measurements.actions import ensure_number_columns, measure_what_is_new, start_measuring
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.pictures.keys import image_key
from annotations.samples.models import Acquisition, FreeColumn, Image, NumberKey, ObjectFields
from annotations.search.filter import Filter
from annotations.search.indexing import index_column
from classifier.contract.measurements import COLUMNS, PROJECT_NAMES
from classifier.measuring.processes import DIED, Measurers
from tests.measurements.conftest import RADII, picture
from tests.worker.runs import Killed, die_at, run
from worker import measuring
from worker.measuring import measure_project
from worker.rescaling import rescale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_chunks")]


def new_job(project, anew: bool = False) -> Job:
    return Job.objects.create(kind="measure", project=project, params={"anew": anew})


def column(project, name: str) -> dict[str, float | None]:
    """What a free column holds, by the name of the object."""
    position = FreeColumn.objects.get(project=project, level="object", name=name).position
    rows = ObjectFields.objects.filter(project=project).values_list("original_id", "values")
    return {name: values[position] if position < len(values) else None for name, values in rows}


def everything(project) -> dict[str, list]:
    return dict(ObjectFields.objects.filter(project=project).values_list("original_id", "values"))


def replace_picture(made, content: bytes) -> None:
    key = image_key(content, "png")
    default_storage.save(key, ContentFile(content))
    Image.objects.filter(object=made).update(key=key)


def test_it_fills_columns_of_the_project_and_leaves_those_of_the_package_alone(storage, discs):
    job = run(new_job(discs.project), measure_project)
    assert (job.state, job.done, job.total) == (JobState.DONE, 9, 9), job.message
    assert (job.result["measured"], job.result["skipped"]) == (7, 2)
    esd = column(discs.project, "region_esd")
    in_mm = column(discs.project, "region_esd_mm")
    for radius in RADII:
        assert esd[f"disc_{radius}"] == pytest.approx(2 * radius, abs=0.6)
        assert in_mm[f"disc_{radius}"] == pytest.approx(esd[f"disc_{radius}"] * 0.05)
    area, mean = column(discs.project, "area"), column(discs.project, "mean")
    for radius, values in zip(RADII, discs.values, strict=True):
        assert [area[f"disc_{radius}"], mean[f"disc_{radius}"]] == [*values, None, None][:2]
    assert (area["white"], mean["broken"]) == (1, 4)


def test_filters_and_captions_have_the_columns_at_once(discs):
    run(new_job(discs.project), measure_project)
    for name in ("region_perim.", "region_%area", "region_area_mm2"):
        assert FreeColumn.objects.get(project=discs.project, name=name).is_number
    condition, params = Filter.parse({"field": ["region_esd>20"]}).where(discs.project.pk)
    assert condition and params
    names = FreeColumn.objects.filter(project=discs.project, position__isnull=False).order_by("position")
    assert [c.name for c in names] == ["area", "mean", *PROJECT_NAMES]
    assert [c.position for c in names] == list(range(len(PROJECT_NAMES) + 2))


def test_what_cannot_be_measured_is_named_and_passed_over(discs, client, alice):
    job = run(new_job(discs.project), measure_project)
    assert [error["file"] for error in job.errors] == ["white.png", "broken.png"]
    assert job.errors[0]["message"].startswith("white: The picture is all background")
    assert "broken: The picture can't be read" in job.errors[1]["message"]
    assert "2 could not be: they are named below." in job.message
    for name in ("white", "broken"):
        assert column(discs.project, "region_area")[name] is None
    client.force_login(alice)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "broken.png" in page and "Measurement" in page


def test_only_what_has_no_measurements_is_measured_again(discs):
    run(new_job(discs.project), measure_project)
    ObjectFields.objects.filter(object=discs.objects[0]).update(values=[5.0])
    replace_picture(discs.objects[1], picture(30))
    again = run(new_job(discs.project), measure_project)
    assert (again.total, again.result["measured"], again.result["skipped"]) == (3, 1, 2)
    area = column(discs.project, "region_area")
    assert area["disc_5"] == pytest.approx(np.pi * 25, rel=0.05)
    assert area["disc_7"] == pytest.approx(np.pi * 49, rel=0.05), "it had its numbers"
    assert column(discs.project, "area")["disc_5"] == 5


def test_anew_measures_all_and_forgets_numbers_of_pictures_that_are_gone(discs):
    run(new_job(discs.project), measure_project)
    replace_picture(discs.objects[1], picture(30))
    default_storage.delete(Image.objects.get(object=discs.objects[2]).key)
    again = run(new_job(discs.project, anew=True), measure_project)
    assert (again.total, again.result["measured"], again.result["skipped"]) == (9, 6, 3)
    area = column(discs.project, "region_area")
    assert area["disc_7"] == pytest.approx(np.pi * 900, rel=0.02)
    assert area["disc_9"] is None
    assert any("The storage has lost this picture" in error["message"] for error in again.errors)


def test_a_measured_project_has_nothing_more_to_do(discs):
    discs.white.delete()
    discs.broken.delete()
    run(new_job(discs.project), measure_project)
    again = run(new_job(discs.project), measure_project)
    assert (again.state, again.message) == (JobState.DONE, "Nothing to do: all vignettes are measured.")


@pytest.mark.parametrize("before", [50, None])
def test_a_pixel_size_that_is_corrected_while_a_chunk_is_measured_counts(discs, alice, monkeypatch, before):
    """The job that brings measures up to date has ended when the chunk is written."""
    Acquisition.objects.filter(pk=discs.tow.pk).update(pixel_um=before)
    monkeypatch.setattr("annotations.jobs.actions.dispatch", lambda job: None)
    measure, chunks = measuring._measured, []

    def corrected_after_the_second_chunk(*arguments):
        chunks.append(arguments)
        answers = measure(*arguments)
        if len(chunks) == 2:
            set_pixel_size(project=discs.project, user=alice, acquisitions=[discs.tow.pk], micrometres=100)
            run(Job.objects.get(kind="rescale"), rescale)
        return answers

    monkeypatch.setattr(measuring, "_measured", corrected_after_the_second_chunk)
    job = run(new_job(discs.project), measure_project)
    assert job.result["measured"] == 7
    esd, in_mm = column(discs.project, "region_esd"), column(discs.project, "region_esd_mm")
    for radius in RADII:
        assert in_mm[f"disc_{radius}"] == pytest.approx(esd[f"disc_{radius}"] * 0.1)


def test_a_measurement_that_is_just_being_cancelled_fails_no_import_and_no_page(
    discs, alice, client, monkeypatch
):
    monkeypatch.setattr("annotations.jobs.actions.dispatch", lambda job: None)
    live = start_measuring(project=discs.project, user=alice)
    Job.objects.filter(pk=live.pk).update(state=JobState.RUNNING, cancel_requested=True)
    measure_what_is_new(project=discs.project, user=alice)
    client.force_login(alice)
    refused = client.post(f"/projects/{discs.project.pk}/measure/", follow=True)
    assert refused.redirect_chain == [(f"/jobs/{live.pk}/", 302)], "where it can be waited for"
    assert "is on its way" in refused.content.decode()
    assert Job.objects.filter(kind="measure").count() == 1


def test_a_worker_killed_between_chunks_leaves_what_an_undisturbed_one_would(discs, monkeypatch):
    run(new_job(discs.project), measure_project)
    undisturbed = everything(discs.project)
    for each, values in zip(discs.objects, discs.values, strict=True):
        ObjectFields.objects.filter(object=each).update(values=values)
    job, keep, chunks = new_job(discs.project), measuring._keep_chunk, []

    def killed_in_the_third_chunk(*arguments):
        chunks.append(arguments)
        if len(chunks) == 3:
            raise Killed
        keep(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(measuring, "_keep_chunk", killed_in_the_third_chunk)
        die_at(job, measure_project)
    job.refresh_from_db()
    assert job.checkpoint["done"] == 4
    job = run(job, measure_project)
    assert (job.state, job.attempt, job.result["measured"]) == (JobState.DONE, 2, 7)
    assert [error["file"] for error in job.errors] == ["white.png", "broken.png"]
    assert everything(discs.project) == undisturbed


def test_numbers_and_the_note_of_a_chunk_are_kept_together_or_not_at_all(discs, monkeypatch):
    job, checkpoint = new_job(discs.project), measuring.Progress.checkpoint

    def killed_before_the_note(self, **note):
        if note["last_id"]:
            raise Killed
        checkpoint(self, **note)

    with monkeypatch.context() as patched:
        patched.setattr(measuring.Progress, "checkpoint", killed_before_the_note)
        die_at(job, measure_project)
    assert set(column(discs.project, "region_area").values()) == {None}
    assert run(job, measure_project).result["measured"] == 7


def test_a_cancelled_measurement_keeps_its_finished_chunks(discs, monkeypatch):
    keep = measuring._keep_chunk

    def cancelled_after_a_chunk(*arguments):
        keep(*arguments)
        arguments[4]._cancelled.set()

    monkeypatch.setattr(measuring, "_keep_chunk", cancelled_after_a_chunk)
    assert run(new_job(discs.project), measure_project).state == JobState.CANCELLED
    assert sum(value is not None for value in column(discs.project, "region_area").values()) == 2


def test_without_the_size_of_a_pixel_there_are_no_columns_in_mm(discs):
    Acquisition.objects.update(pixel_um=None)
    run(new_job(discs.project), measure_project)
    names = FreeColumn.objects.filter(project=discs.project, name__startswith="region_")
    assert names.count() == len(COLUMNS)
    assert not names.filter(name__contains="_mm").exists()


def test_sorting_from_an_index_follows_new_numbers(discs):
    run(new_job(discs.project), measure_project)
    sorted_by = FreeColumn.objects.get(project=discs.project, name="region_area")
    run(
        Job.objects.create(kind="index_column", project=discs.project, params={"column": sorted_by.pk}),
        index_column,
    )
    replace_picture(discs.objects[0], picture(40))
    run(new_job(discs.project, anew=True), measure_project)
    keys = dict(NumberKey.objects.filter(column=sorted_by).values_list("object_id", "value"))
    assert keys[discs.objects[0].pk] == column(discs.project, "region_area")["disc_5"]
    assert keys[discs.objects[0].pk] == pytest.approx(np.pi * 1600, rel=0.02)


def test_a_text_column_of_that_name_is_told_and_nothing_is_changed(discs):
    FreeColumn.objects.create(project=discs.project, level="object", name="region_area")
    before = everything(discs.project)
    job = run(new_job(discs.project), measure_project)
    assert job.state == JobState.FAILED
    assert "region_area as text" in job.message
    assert everything(discs.project) == before


def test_columns_are_made_once(discs):
    first = ensure_number_columns(project=discs.project, names=["region_area", "region_esd"])
    assert first == [2, 3]
    assert ensure_number_columns(project=discs.project, names=["region_esd", "region_feret"]) == [3, 4]


def test_two_managers_who_press_at_once_get_one_job(discs, alice):
    first = start_measuring(project=discs.project, user=alice)
    assert start_measuring(project=discs.project, user=alice) == first
    assert start_measuring(project=discs.project, user=alice, anew=True) != first


# --- The processes ------------------------------------------------------------------------------------------


def test_several_processes_answer_in_order(tmp_path):
    pictures = []
    for number, radius in enumerate(RADII * 12):
        (tmp_path / f"{number}.png").write_bytes(picture(radius))
        pictures.append((str(tmp_path / f"{number}.png"), None))
    with Measurers(2) as measurers:
        answers = measurers.measure(pictures)
    for radius, answer in zip(RADII * 12, answers, strict=True):
        assert answer[0] == pytest.approx(np.pi * radius**2, rel=0.05)


def test_a_picture_that_brings_a_process_down_is_named_and_the_others_are_measured(tmp_path, monkeypatch):
    good, deadly = tmp_path / "good.png", tmp_path / "deadly.png"
    good.write_bytes(picture(9))
    deadly.write_bytes(picture(9))
    # the processes read this file when they start
    (tmp_path / "sitecustomize.py").write_text(
        "import os, PIL.Image as i\nopen_ = i.open\n"
        "i.open = lambda f, *a: os._exit(9) if 'deadly' in str(f) else open_(f, *a)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Measurers(1) as measurers:
        answers = measurers.measure([(str(good), None), (str(deadly), None), (str(good), None)])
    assert answers[1] == DIED
    assert answers[0] == answers[2] and answers[0][0] > 0


# --- How it is asked for ------------------------------------------------------------------------------------


def test_the_command_measures(discs, capsys):
    call_command("measure", project=discs.project.title)
    output = capsys.readouterr().out
    assert "7 vignettes measured. 2 could not be" in output
    job = Job.objects.get(kind="measure")
    assert (job.state, len(job.errors)) == (JobState.DONE, 2)
    with pytest.raises(CommandError, match="There is no project 'Nowhere'"):
        call_command("measure", project="Nowhere")


def test_a_manager_presses_the_button(discs, client, alice):
    client.force_login(alice)
    page = client.get(f"/projects/{discs.project.pk}/settings/").content.decode()
    assert f'action="/projects/{discs.project.pk}/measure/"' in page
    answer = client.post(f"/projects/{discs.project.pk}/measure/", {"anew": "1"})
    job = Job.objects.get(kind="measure")
    assert answer.url == f"/jobs/{job.pk}/"
    assert (job.params, job.owner) == ({"anew": True}, alice)


def test_the_api_answers_with_a_job_that_can_be_followed(discs, client, alice, bob):
    url = f"/api/v1/projects/{discs.project.pk}/measurements/"
    client.force_login(bob)
    assert client.post(url).status_code == 403
    client.force_login(alice)
    assert client.post(url, {"anew": "perhaps"}, content_type="application/json").status_code == 400
    started = client.post(url, {"anew": True}, content_type="application/json")
    assert (started.status_code, started.json()["state"]) == (202, "queued")
    assert (
        client.post(url, {"anew": True}, content_type="application/json").json()["id"] == started.json()["id"]
    )
    run(Job.objects.get(kind="measure"), measure_project)
    done = client.get(f"/api/v1/jobs/{started.json()['id']}/").json()
    assert (done["state"], done["result"]["measured"], len(done["errors"])) == ("done", 7, 2)
