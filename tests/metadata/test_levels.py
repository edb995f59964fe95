"""Acquisitions, processes and objects are corrected as samples are: in a cell, for many, from a file; and put back."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata import running
from annotations.metadata.columns import columns_of
from annotations.metadata.correcting import correct_cell, plan_from_table, plan_many
from annotations.metadata.levels import level_at
from annotations.metadata.matching import plan_matching
from annotations.metadata.models import CorrectedValue, Correction
from annotations.metadata.running import carry_out, take_back
from annotations.projects.actions import create_project
from annotations.samples.models import (
    Acquisition,
    Extent,
    FreeColumn,
    NumberKey,
    Object,
    ObjectFields,
    Sample,
)
from annotations.search.filter import Filter
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def wide(cruise):
    """The cruise, whose objects have a number (100 to 105) and a text."""
    FreeColumn.objects.create(
        project=cruise.project, level="object", name="area", is_number=True, position=0, keeps_keys=True
    )
    FreeColumn.objects.create(project=cruise.project, level="object", name="remark")
    for n, fields in enumerate(ObjectFields.objects.order_by("pk")):
        fields.values, fields.texts = [100.0 + n], {"remark": "eggs"} if n == 0 else {}
        fields.save()
    return cruise


def table(project, level: str) -> dict:
    return columns_of(project, level_at(level).key)


def areas() -> list[float]:
    return [values[0] for values in ObjectFields.objects.order_by("pk").values_list("values", flat=True)]


def plan(cruise, alice, key: str, value: str, **criteria: object) -> Correction:
    column = table(cruise.project, "objects")[key]
    return plan_matching(
        project=cruise.project, user=alice, criteria=Filter.parse(criteria), column=column, value=value
    )


def test_a_pixel_size_says_who_gave_it_and_measures_follow(cruise, alice):
    acquisition, other = Acquisition.objects.order_by("pk")
    level, columns = level_at("acquisitions"), table(cruise.project, "acquisitions")
    created = correct_cell(
        project=cruise.project,
        user=alice,
        row_id=acquisition.pk,
        column=columns["pixel_um"],
        value="10,6",
        was="",
        level=level,
    )
    acquisition.refresh_from_db()
    assert acquisition.pixel_um == 10.6
    assert acquisition.pixel_source.startswith("Alice, ")
    assert Job.objects.get(kind="rescale").params == {"acquisitions": [acquisition.pk]}
    take_back(correction=created, user=alice)
    acquisition.refresh_from_db()
    assert (acquisition.pixel_um, "before: 10.6 µm" in acquisition.pixel_source) == (None, True)
    with pytest.raises(ValidationError, match="is no size of a pixel"):
        plan_many(
            project=cruise.project,
            user=alice,
            row_ids=[other.pk],
            column=columns["pixel_um"],
            value="-3",
            level=level,
        )


def test_a_file_gives_acquisitions_and_processes_new_columns(cruise, alice):
    about = {"project": cruise.project, "user": alice, "name": "t.csv", "empties": False}
    content = b"acq_id,acq_instrument,acq_lens\nacq_net,zooscan,A4\n"
    created = plan_from_table(content=content, level=level_at("acquisitions"), **about)
    carry_out(correction=created, user=alice)
    content = b"acq_id,process_id,process_software\nacq_net,p1,zooprocess\n"
    carry_out(correction=plan_from_table(content=content, level=level_at("processes"), **about), user=alice)
    acquisition = Acquisition.objects.get(original_id="acq_net")
    assert (acquisition.instrument, acquisition.fields) == ("zooscan", {"lens": "A4"})
    assert (acquisition.process_original_id, acquisition.process_fields) == ("p1", {"software": "zooprocess"})
    assert set(FreeColumn.objects.values_list("level", "name")) >= {("acq", "lens"), ("process", "software")}


def test_objects_of_a_filter_get_one_value_with_day_and_night_and_extents(wide, alice):
    created = plan(wide, alice, "longitude", "-172.7", sample=[wide.net.pk])
    assert (created.rows, Object.objects.filter(longitude=-172.7).exists()) == (3, False)
    carry_out(correction=created, user=alice)
    of_net = Object.objects.filter(sample=wide.net)
    assert set(of_net.values_list("longitude", "sun")) == {(-172.7, "N")}
    assert Sample.objects.get(pk=wide.net.pk).longitude == -172.7
    assert Extent.objects.get(pk=wide.net.pk).east == -172.7
    assert not Object.objects.filter(sample=wide.profile, longitude=-172.7).exists()
    _, stay = take_back(correction=created, user=alice)
    assert set(of_net.values_list("longitude", "sun")) == {(7.3, "D")}
    assert (stay, Extent.objects.get(pk=wide.net.pk).west) == (0, 7.3)


def test_free_columns_of_objects_and_the_keys_that_sort_them(wide, alice):
    carry_out(correction=plan(wide, alice, "field:area", "7", field=["area<103"]), user=alice)
    assert areas() == [7, 7, 7, 103, 104, 105]
    assert sorted(NumberKey.objects.values_list("value", flat=True)) == [7, 7, 7]
    carry_out(correction=plan(wide, alice, "field:remark", ""), user=alice)
    assert not ObjectFields.objects.filter(texts__has_key="remark").exists()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("field:area", "many", "is no number"),
        ("depth_min", "300", "its depths would cross"),
        ("latitude", "91", "outside −90"),
    ],
)
def test_what_no_object_may_have_is_refused_before_anything_changes(wide, alice, key, value, sentence):
    with pytest.raises(ValidationError, match=sentence):
        plan(wide, alice, key, value)
    assert not Correction.objects.exists()


def test_a_file_of_objects_leaves_and_names_what_is_wrong(client, alice, wide):
    client.force_login(alice)
    address = reverse("metadata:take_rows", args=[wide.project.pk, "objects"])
    wrong = SimpleUploadedFile("o.csv", b"object_id,object_area,colour\nn0,big,red\nnone,3,red\n")
    page = client.post(address, {"table": wrong})
    words = page.content.decode()
    assert page.status_code == 400
    for sentence in (
        "There is no such column.",
        "&#x27;big&#x27; is no number",
        "no object &#x27;none&#x27;",
    ):
        assert sentence in words
    right = SimpleUploadedFile("o.csv", "object_id;object_remark\nn1;œufs\n".encode("cp1252"))
    preview = client.post(address, {"table": right}, follow=True).content.decode()
    assert "1 object changes in 1 column (remark)" in preview
    assert "read as Windows-1252" in preview
    assert not Correction.objects.filter(applied__isnull=False).exists()


class Stopped(Progress):
    """Is cancelled after its first chunk."""

    def update(self, done: int, total: int, message: str = "") -> None:
        raise JobCancelled


@pytest.fixture
def in_small_chunks(monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(running, "CHUNK", 2)


def test_many_objects_are_corrected_and_put_back_by_jobs(wide, alice, in_small_chunks):
    created = carry_out(correction=plan(wide, alice, "field:area", "7"), user=alice)
    assert (created.job.state, areas()[0]) == ("queued", 100)
    with pytest.raises(ValidationError, match="still being made"):
        take_back(correction=created, user=alice)
    done = work(created.job)
    assert (done.state, done.message, areas()) == ("done", "6 objects corrected.", [7] * 6)
    created.refresh_from_db()
    ObjectFields.objects.filter(original_id="p2").update(values=[9])
    back, _ = take_back(correction=created, user=alice)
    assert work(back.job).result["stay"] == 1
    assert areas() == [100, 101, 102, 103, 104, 9]


def test_a_job_that_died_goes_on_and_one_that_was_cancelled_can_be_undone(wide, alice, in_small_chunks):
    from annotations.metadata.jobs import correct_objects

    created = carry_out(correction=plan(wide, alice, "field:area", "7"), user=alice)
    job = Job.objects.get(pk=created.job.pk)
    Job.objects.filter(pk=job.pk).update(state="running")
    with pytest.raises(JobCancelled):
        correct_objects(job, Stopped(job))
    assert areas() == [7, 7, 102, 103, 104, 105]
    assert CorrectedValue.objects.count() == 2
    job.refresh_from_db()
    correct_objects(job, Progress(job))
    assert (areas(), CorrectedValue.objects.count()) == ([7] * 6, 6)


def test_a_file_for_many_leaves_what_changed_since_its_preview(wide, alice, in_small_chunks):
    lines = "".join(f"{name},{n}\n" for n, name in enumerate(["n0", "n1", "n2", "p0", "p1", "p2"]))
    content = f"object_id,area\n{lines}".encode()
    created = plan_from_table(
        project=wide.project,
        user=alice,
        content=content,
        name="o.csv",
        empties=False,
        level=level_at("objects"),
    )
    ObjectFields.objects.filter(original_id="n2").update(values=[55])
    job = work(carry_out(correction=created, user=alice).job)
    assert (job.result["changed"], job.result["stay"]) == (5, 1)
    assert areas() == [0, 1, 55, 3, 4, 5]
    listed = {value.row_id for value in created.values.all()}
    assert ObjectFields.objects.get(original_id="n2").pk not in listed, "the log says what was done"


def test_what_went_to_another_project_is_not_put_back_from_here(wide, alice):
    created = carry_out(correction=plan(wide, alice, "field:area", "7"), user=alice)
    other = create_project(title="Elsewhere", owner=alice)
    Object.objects.filter(wide__original_id="n0").update(project=other)
    _, stay = take_back(correction=created, user=alice)
    assert (stay, areas()) == (1, [7, 101, 102, 103, 104, 105])


def test_the_page_of_objects_follows_the_filter_and_goes_on(client, alice, wide, monkeypatch):
    client.force_login(alice)
    address = reverse("metadata:rows", args=[wide.project.pk, "objects"])
    page = client.get(address, {"sample": wide.net.pk, "column": "field:area"}).content.decode()
    assert "Those that match: net." in page
    assert [f'id="row-{o.pk}"' in page for o in Object.objects.order_by("pk")] == [True] * 3 + [False] * 3
    assert 'data-column="field:area" data-value="100"' in page
    assert client.get(reverse("metadata:rows", args=[wide.project.pk, "stations"])).status_code == 404
    text = b"".join(client.get(reverse("metadata:download_rows", args=[wide.project.pk, "objects"])))
    assert text.decode("utf-8-sig").splitlines()[1] == "n0,43.1,7.3,2026-04-12 12:00:00,0,200,100,eggs"
    for level in ("acquisitions", "processes"):
        listed = client.get(reverse("metadata:rows", args=[wide.project.pk, level]), {"q": "profile"})
        assert "acq_profile of profile" in listed.content.decode()
        assert "acq_net" not in listed.content.decode()


def test_a_cell_of_an_object_comes_back_with_its_row_and_undo(client, alice, wide):
    client.force_login(alice)
    first = Object.objects.order_by("pk")[0]
    address = reverse("metadata:row_cell", args=[wide.project.pk, "objects", first.pk])
    body = {"column": "depth_max", "value": "150", "was": "200"}
    page = client.post(address, body, headers={"hx-request": "true"}).content.decode()
    assert page.strip().startswith("<tr")
    assert "n0, Depth to, m: 200 → 150" in page
    client.post(reverse("metadata:undo", args=[wide.project.pk, Correction.objects.get().pk]))
    log = client.get(reverse("metadata:corrections", args=[wide.project.pk])).content.decode()
    assert "1 object put back in 1 column (Depth to, m)" in log


def test_the_api_corrects_a_filter_and_rows_of_any_table(client, alice, wide):
    client.force_login(alice)
    address = f"/api/v1/projects/{wide.project.pk}/tables/objects/"

    def patch(body: dict) -> dict:
        return client.patch(address, body, content_type="application/json").json()

    change = {"filter": {"sample": [wide.net.pk]}, "set": {"object_area": "7"}}
    tried = patch({**change, "dry_run": True})
    assert (tried["id"], tried["rows"], areas()[0]) == (None, 3, 100)
    assert tried["changes"][0] == {"row": "n0", "column": "area", "old": "100", "new": "7"}
    assert (patch(change)["rows"], areas()) == (3, [7, 7, 7, 103, 104, 105])
    first = Object.objects.order_by("pk")[0]
    created = patch({"rows": [{"id": first.pk, "set": {"depth_max": "150"}}]})
    assert created["what"] == "1 object changed in 1 column (Depth to, m)"
    assert "either `rows`" in patch({})["detail"]
