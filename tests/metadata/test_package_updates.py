"""The page and the API of an update: looked at before, applied as it was shown, taken back as one."""

from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.jobs.artefacts import upload_of
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata.models import Correction, PackageUpdate
from annotations.metadata.packages import applying, planning
from annotations.samples.models import Object, ObjectFields, Sample
from tests.imports.packages import import_job, import_package, run_import
from tests.imports.test_rerunning import full, packed
from tests.imports.test_updating import lines, values
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@shared_rows
def imported(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(4))))


def everything() -> tuple:
    """What an update may change."""
    objects = Object.objects.order_by("id").values_list("latitude", "depth_max", "taken_at")
    wide = ObjectFields.objects.order_by("pk").values_list("values", "texts")
    return list(objects), list(wide), list(Sample.objects.values_list("fields", "latitude"))


@pytest.fixture
def checked(alices, project, imported, tmp_path) -> Job:
    """A package that was only looked at: one sample, and two of its four objects, are otherwise."""
    rows = [full(n, sample_tot_vol="6") for n in range(4)]
    rows[0] |= {"object_area": "70", "object_lat": "44"}
    rows[1] |= {"object_note": "flat"}
    file = SimpleUploadedFile("tow.zip", lines(tmp_path / "u.zip", *rows).read_bytes())
    url = f"/projects/{project.pk}/import/"
    answer = alices.post(url, {"package": file, "mode": "update", "dry_run": "on"})
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def follow(answer) -> Job:
    assert answer.status_code == 302, answer.content.decode()
    assert "/jobs/" in answer.url, answer.url
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def page_of(job: Job) -> str:
    return f"/projects/{job.project_id}/updates/{job.result['update']}/"


def test_it_is_looked_at_applied_and_taken_back(alices, checked):
    before = everything()
    page = alices.get(page_of(checked)).content.decode()
    assert "4 changed in 4 columns, 0 the same." in page and "Nothing is changed yet." in page
    assert page.index("sample_tot_vol") < page.index("object_area")
    assert "<del>5</del>" in page and "<ins>6</ins>" in page and "Apply these changes" in page
    done = follow(alices.post(f"{page_of(checked)}apply/"))
    assert (done.state, done.result["updated"], values("o0")["area"]) == ("done", 4, 70), done.message
    assert Sample.objects.get().fields["tot_vol"] == "6" and everything() != before
    page = alices.get(page_of(checked)).content.decode()
    assert "Take all of it back" in page and "Apply these changes" not in page
    undone = follow(alices.post(f"{page_of(checked)}undo/"))
    assert (undone.state, everything()) == ("done", before), undone.message
    assert undone.message == "3 rows put back to what they were."
    assert "It was taken back on" in alices.get(page_of(checked)).content.decode()
    again = alices.post(f"{page_of(checked)}undo/", follow=True).content.decode()
    assert "was taken back already" in again


def test_a_column_is_listed_whole(alices, checked):
    page = alices.get(page_of(checked), {"level": "object", "column": "field:note"}).content.decode()
    assert "object_note of 1" in page and "<del>round</del>" in page and "<ins>flat</ins>" in page
    assert alices.get(page_of(checked), {"level": "object", "column": "field:x"}).status_code == 404


def test_what_others_changed_meanwhile_is_left_and_named(alices, checked):
    """Between preview and update one value, between update and undo another."""
    number = ObjectFields.objects.get(original_id="o1")
    ObjectFields.objects.filter(pk=number.pk).update(texts={"note": "odd"})
    done = follow(alices.post(f"{page_of(checked)}apply/"))
    assert done.result["left"] == 1 and values("o1")["note"] == "odd"
    assert "1 cell changed meanwhile" in done.message
    Object.objects.filter(wide__original_id="o0").update(latitude=45)
    undone = follow(alices.post(f"{page_of(checked)}undo/"))
    (warning,) = undone.warnings
    assert warning["column"] == "object_lat" and warning["message"].startswith("o0 is not 44 any more")
    assert Object.objects.get(wide__original_id="o0").latitude == 45 and values("o0")["area"] == 0


def test_a_preview_is_its_owners_and_a_part_is_not_applied_alone(alices, checked, client, root, project):
    part = Correction.objects.first()
    alone = alices.post(f"/projects/{project.pk}/samples/corrections/{part.pk}/apply/", follow=True)
    assert "apply all of it" in alone.content.decode()
    project.memberships.create(user=root, role="manager")
    client.force_login(root)
    assert client.get(page_of(checked)).status_code == 404
    assert client.post(f"{page_of(checked)}apply/").status_code == 404


def test_the_api_does_the_same(alices, checked):
    url = f"/api/v1{page_of(checked)}"
    preview = alices.get(url, {"level": "sample", "column": "field:tot_vol"}).json()
    assert (preview["new"], preview["changed"], preview["same"], preview["applied"]) == (0, 4, 0, None)
    assert preview["values"] == [{"row": "s1", "old": "5", "new": "6"}] and preview["next"] is None
    assert [one["heading"] for one in preview["columns"] if one["level"] == "object"] == [
        "object_area", "object_note", "object_lat",
    ]  # fmt: skip
    body = {"job": checked.pk, "mode": "update", "update": preview["id"]}
    started = alices.post(f"/api/v1/projects/{checked.project_id}/imports/", body)
    done = work(Job.objects.get(pk=started.json()["id"]))
    assert (done.state, done.result["updated"]) == ("done", 4), done.message
    undone = alices.post(f"{url}undo/")
    assert (undone.status_code, work(Job.objects.get(pk=undone.json()["id"])).state) == (202, "done")
    assert alices.get(url).json()["taken_back"] is not None


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("dies_at", range(1, 16))
def test_a_worker_that_dies_leaves_what_an_uninterrupted_one_does(project, tmp_path, alice, dies_at):
    """Chunks are of one row here; the worker dies at each of the steps in turn, with its transaction."""
    rows = [full(n, object_area=n + 50, sample_tot_vol="6") for n in range(4)]
    path = lines(tmp_path / "u.zip", *rows)
    job = import_job(project, path, alice, mode="update")
    steps = 0

    class Mortal(Progress):
        def checkpoint(self, **note: object) -> None:
            nonlocal steps
            steps += 1
            super().checkpoint(**note)
            if steps == dies_at:
                raise ClaimLost

    with patch.object(planning, "CHUNK", 1), patch("annotations.metadata.running.CHUNK", 1):
        with pytest.raises(ClaimLost):
            import_package(job, Mortal(job))
        job.refresh_from_db()
        result = import_package(job, Progress(job))
    assert (result["updated"], [values(f"o{n}")["area"] for n in range(4)]) == (4, [50, 51, 52, 53])
    assert PackageUpdate.objects.count() == 1 and applying.open_plan(job, result["update"]).applied
    assert list(Correction.objects.order_by("id").values_list("level", "rows")) == [
        ("sample", 1),
        ("object", 4),
    ]


def test_a_preview_is_applied_with_its_own_package_only(alices, checked, project, alice, tmp_path):
    """The API takes both numbers: one of another import, or of another person, would write what nobody looked at."""
    number = checked.result["update"]
    other = SimpleUploadedFile("other.zip", lines(tmp_path / "o.zip", full(0)).read_bytes())
    url = f"/api/v1/projects/{project.pk}/imports/"
    alone = alices.post(url, {"package": other, "mode": "update", "update": number})
    assert alone.status_code == 400 and "`job`" in alone.content.decode()
    wrong = alices.post(url, {"job": checked.pk, "update": number + 1})
    assert wrong.status_code == 400 and f"made no preview {number + 1}" in wrong.content.decode()
    dry = alices.post(url, {"job": checked.pk, "update": number, "dry_run": True})
    assert dry.status_code == 400 and upload_of(Job.objects.get(pk=checked.pk)) is not None


def test_a_preview_is_applied_with_the_answers_of_its_check(alices, checked, project):
    """Without `mode` an import only adds; that of a preview is the preview's."""
    body = {"job": checked.pk, "update": checked.result["update"]}
    done = work(Job.objects.get(pk=alices.post(f"/api/v1/projects/{project.pk}/imports/", body).json()["id"]))
    assert (done.state, done.result["updated"], values("o0")["area"]) == ("done", 4, 70), done.message


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"column": "field:note"}, 404),
        ({"level": "object", "column": "field:x"}, 404),
        ({"level": "objects", "column": "field:note"}, 400),
        ({"level": "object", "column": "field:note", "cursor": "~"}, 400),
    ],
)
def test_the_api_refuses_columns_that_there_are_not(alices, checked, query, status):
    assert alices.get(f"/api/v1{page_of(checked)}", query).status_code == status


def test_apply_that_is_pressed_twice_writes_once(alices, checked):
    first = alices.post(f"{page_of(checked)}apply/")
    second = alices.post(f"{page_of(checked)}apply/", follow=True).content.decode()
    assert "is not here any more" in second and follow(first).result["updated"] == 4
    assert Job.objects.filter(kind="import_package", params__update=checked.result["update"]).count() == 1
