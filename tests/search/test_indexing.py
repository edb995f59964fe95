"""Sorting by a free column: the keys that the second sort asks for, and pages that are the same with and without."""

import pytest

from annotations.jobs.actions import cancel_job, claim_job
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.samples.models import FreeColumn, NumberKey, Object, ObjectFields, TextKey
from annotations.search import paging
from annotations.search.filter import Filter
from annotations.search.indexing import index_column
from annotations.search.queries import page
from tests.plankton import tow
from tests.search.test_paging import walk
from tests.worlds import shared_rows
from worker.runner import run_job

__all__ = ["tow"]
FILTERS = [
    {},
    {"state": "predicted"},
    {"taxon": "none"},
    {"score_min": 0.6},
    {"state": "dubious,unclassified"},
]
WAYS = ["KEYS_GATHER", "KEYS_HASH", "KEYS_PROBE"]


@shared_rows
def columns(tow, project) -> dict[str, FreeColumn]:
    """A number and a text, each missing on one object."""
    remark = FreeColumn.objects.create(project=project, level="object", name='it\'s 5% "remark"')
    for n, each in enumerate(tow.objects):
        texts = {remark.name: f"remark {n * 7 % 10}"} if n != 3 else {}
        values = [float(n * 3 % 10)] if n != 4 else [None]
        ObjectFields.objects.filter(pk=each.pk).update(texts=texts, values=values)
    return {"number": FreeColumn.objects.get(project=project, name="area"), "text": remark}


def index(column: FreeColumn) -> None:
    job = Job.objects.create(kind="index_column", project=column.project, params={"column": column.pk})
    run_job(job.pk, index_column)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message


def expected(column: FreeColumn, params: dict, is_descending: bool) -> list[int]:
    """The ids in order, worked out without any SQL of the gallery."""
    matching = {o["id"] for o in walk(column.project_id, Filter.parse(params), "id", 200)}
    rows = ObjectFields.objects.filter(project=column.project_id).values_list("pk", "values", "texts")
    keys = {
        pk: values[column.position] if column.is_number else texts.get(column.name)
        for pk, values, texts in rows
    }
    pairs = [(key, pk) for pk, key in keys.items() if pk in matching and key is not None]
    missing = sorted((pk for pk in matching if keys[pk] is None), reverse=is_descending)
    return [pk for _, pk in sorted(pairs, reverse=is_descending)] + missing


@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["number", "text"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_way_to_a_page_gives_the_same(columns, monkeypatch, is_indexed, way, kind, sign):
    column = columns[kind]
    if is_indexed:
        index(column)
    monkeypatch.setattr(
        paging._Search, "_cheapest", lambda self, limit: getattr(paging, way if self.order.column else "WALK")
    )
    for params in FILTERS:
        result = walk(column.project_id, Filter.parse(params), f"{sign}field:{column.name}", 3)
        assert [o["id"] for o in result] == expected(column, params, is_descending=bool(sign)), params


def test_the_second_sort_asks_for_keys_once(columns, django_capture_on_commit_callbacks):
    project_id = columns["number"].project_id
    for jobs in (0, 1, 1, 1):
        page(project_id, Filter(), "-field:area")
        assert Job.objects.filter(kind="index_column").count() == jobs
    job = Job.objects.get(kind="index_column")
    assert job.params == {"column": columns["number"].pk}
    cancel_job(job=job)
    page(project_id, Filter(), "field:area")
    assert Job.objects.filter(kind="index_column").count() == 2, (
        "who sorts again after a cancelled job asks again"
    )


def test_objects_that_come_and_go_later(columns, tow):
    for column in columns.values():
        index(column)
    created = Object.objects.create(
        project=tow.project, sample=tow.objects[0].sample, acquisition=tow.objects[0].acquisition
    )
    texts = {columns["text"].name: "remark 99"}
    ObjectFields.objects.create(
        object=created, project=tow.project, original_id="late", values=[-1.0], texts=texts
    )
    assert page(tow.project.pk, Filter(), "field:area", 1).objects[0]["original_id"] == "late"
    assert (
        page(tow.project.pk, Filter(), f"-field:{columns['text'].name}", 1).objects[0]["original_id"]
        == "late"
    )
    ObjectFields.objects.filter(pk=created.pk).delete()
    assert not NumberKey.objects.filter(object=created).exists()
    assert not TextKey.objects.filter(object=created).exists()


def test_a_job_that_died_goes_on_where_it_was(columns, monkeypatch):
    column = columns["number"]
    monkeypatch.setattr("annotations.search.indexing.CHUNK", 4)
    job = Job.objects.create(kind="index_column", project=column.project, params={"column": column.pk})
    job = claim_job(job_id=job.pk, stale_before=job.created)

    class Dying(Progress):
        def update(self, done: int, total: int, message: str = "") -> None:
            raise MemoryError

    with pytest.raises(MemoryError):
        index_column(job, Dying(job))
    assert NumberKey.objects.count() == 4
    assert not FreeColumn.objects.get(pk=column.pk).is_indexed
    index_column(Job.objects.get(pk=job.pk), Progress(job))
    assert NumberKey.objects.count() == 10
    job.refresh_from_db()
    assert (job.done, job.total) == (10, 10)


def test_keys_leave_with_their_project(columns, tow):
    index(columns["number"])
    FreeColumn.objects.filter(project=tow.project).delete()
    assert not NumberKey.objects.exists()
