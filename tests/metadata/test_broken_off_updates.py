"""An update, or its undoing, that is cancelled half-way: what was written is in the log, and can be taken back."""

from unittest.mock import patch

import pytest

from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata.models import CorrectedValue, Correction, PackageUpdate
from annotations.metadata.packages.undoing import take_back_update
from annotations.samples.models import Object, Sample
from tests.imports.packages import import_job, import_package, run_import
from tests.imports.test_rerunning import full, packed
from tests.imports.test_updating import lines, values
from tests.metadata.test_package_updates import everything, follow
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


class CancelledAt(Progress):
    """Somebody cancels the job once `rows` are written."""

    def __init__(self, job: Job, rows: int):
        super().__init__(job)
        self.rows = rows

    def update(self, done: int, total: int, message: str = "") -> None:
        if "rows updated" in message and done >= self.rows:
            raise JobCancelled
        super().update(done, total, message)


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture(autouse=True)
def rows_one_by_one():
    with patch("annotations.metadata.running.CHUNK", 1):
        yield


@shared_rows
def before(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(4))))
    return everything()


@pytest.fixture
def update_job(project, before, tmp_path, alice) -> Job:
    """One sample and four objects are otherwise; the objects also lie elsewhere."""
    rows = [full(n, object_area=n + 50, object_lat="44", sample_tot_vol="6") for n in range(4)]
    return import_job(project, lines(tmp_path / "u.zip", *rows), alice, mode="update")


def cancelled(job: Job, rows: int, does) -> Job:
    with pytest.raises(JobCancelled):
        does(job, CancelledAt(job, rows))
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    return Job.objects.get(pk=job.pk)


def areas() -> list:
    return [values(f"o{n}")["area"] for n in range(4)]


@pytest.mark.parametrize(("rows", "logged"), [(1, [("sample", 1)]), (3, [("sample", 1), ("object", 2)])])
def test_what_was_written_before_a_cancel_is_logged_and_taken_back(alices, before, update_job, rows, logged):
    cancelled(update_job, rows, import_package)
    update = PackageUpdate.objects.get()
    assert update.applied and areas() == [*[50, 51][: rows - 1], *range(rows - 1, 4)]
    assert list(Correction.objects.order_by("pk").values_list("level", "rows")) == logged
    assert Sample.objects.get().latitude == pytest.approx((44 * (rows - 1) + 43.5 * (5 - rows)) / 4)
    url = f"/projects/{update_job.project_id}/updates/{update.pk}/"
    page = alices.get(url).content.decode()
    assert "was cancelled before all was written" in page and "Take all of it back" in page
    undone = follow(alices.post(f"{url}undo/"))
    assert (undone.state, undone.warnings, everything()) == ("done", [], before), undone.message


def test_a_job_that_was_cancelled_without_a_worker_leaves_no_other_trace(alices, before, update_job):
    """Its worker died, and it was cancelled while it waited for another: nobody was there to tidy up."""
    with patch("annotations.metadata.packages.applying.drop_unwritten"):
        cancelled(update_job, 3, import_package)
    url = f"/projects/{update_job.project_id}/updates/{PackageUpdate.objects.get().pk}/"
    undone = follow(alices.post(f"{url}undo/"))
    assert (undone.state, undone.warnings, everything()) == ("done", [], before), undone.message
    assert CorrectedValue.objects.filter(correction__undoes=None).count() == 5


def test_the_rest_of_a_cancelled_update_comes_with_the_next_import(project, update_job, tmp_path, alice):
    cancelled(update_job, 3, import_package)
    result = run_import(project, tmp_path / "u.zip", alice, mode="update")
    assert (result["updated"], areas()) == (2, [50, 51, 52, 53])


def test_an_undoing_that_was_cancelled_goes_on_where_it_stopped(alices, project, before, update_job):
    import_package(update_job, Progress(update_job))
    Job.objects.filter(pk=update_job.pk).update(state="done")
    update = PackageUpdate.objects.get()
    url = f"/projects/{project.pk}/updates/{update.pk}/"
    alices.post(f"{url}undo/")
    first = cancelled(Job.objects.get(kind="undo_package_update"), 2, take_back_update)
    assert areas() == [0, 1, 52, 53]
    Object.objects.filter(wide__original_id="o3").update(latitude=45)
    assert "Take all of it back" in alices.get(url).content.decode()
    undone = follow(alices.post(f"{url}undo/"))
    assert (first.pk < undone.pk, undone.state, areas()) == (True, "done", [0, 1, 2, 3])
    assert [warning["message"][:24] for warning in undone.warnings] == ["o3 is not 44 any more, a"]
    assert Sample.objects.get().fields == {"tot_vol": "5"} and undone.result["stay"] == 1


def test_nothing_is_taken_back_while_it_is_being_written(alices, project, before, update_job):
    with patch("annotations.metadata.packages.applying.drop_unwritten"):
        cancelled(update_job, 3, import_package)
    Job.objects.filter(pk=update_job.pk).update(state="running")
    update = PackageUpdate.objects.get()
    url = f"/projects/{project.pk}/updates/{update.pk}/"
    assert "Take all of it back" not in alices.get(url).content.decode()
    assert "still being made" in alices.post(f"{url}undo/", follow=True).content.decode()
    part = Correction.objects.get(level="sample")
    alone = alices.post(f"/projects/{project.pk}/samples/corrections/{part.pk}/undo/", follow=True)
    assert "still being made" in alone.content.decode() and Sample.objects.get().fields == {"tot_vol": "6"}
