"""Pages cover everything exactly once, in order, whatever the filter and the order."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.search import paging
from annotations.search.filter import Filter
from annotations.search.indexing import index_column
from annotations.search.queries import counts, page
from tests.plankton import tow
from worker.runner import run_job

__all__ = ["tow"]


def walk(project_id: int, objects: Filter, order: str, limit: int) -> list[dict]:
    """All objects, page by page."""
    result, cursor = [], None
    while True:
        part = page(project_id, objects, order, limit, cursor)
        result += part.objects
        cursor = part.next
        if cursor is None:
            return result


@pytest.mark.parametrize("limit", [1, 3, 200])
@pytest.mark.parametrize("order", ["id", "-id", "score", "-score", "date", "field:area", "-field:area"])
def test_every_object_once_in_order(tow, order, limit):
    ObjectFields.objects.filter(pk=tow.objects[4].pk).update(values=[None])  # a measurement that is missing
    connection.check_constraints()  # runs the deferred checks now: an index can't be built before them
    result = walk(tow.project.pk, Filter(), order, limit)
    assert sorted(o["id"] for o in result) == [o.pk for o in tow.objects]
    name = order.removeprefix("-")
    keys = [
        {"id": o["id"], "score": o["score"], "date": o["date"], "field:area": o["fields"]["area"]}[name]
        for o in result
    ]
    present = [key for key in keys if key is not None]
    assert present == sorted(present, reverse=order.startswith("-"))
    assert keys[len(present) :] == [None] * (len(keys) - len(present)), "what has no key comes last"


@pytest.mark.parametrize("order", ["margin", "-margin", "entropy", "-entropy", "depth", "-depth"])
def test_by_margin_entropy_and_depth_what_has_none_comes_last(tow, order):
    for n, each in enumerate(tow.objects[:7]):
        Object.objects.filter(pk=each.pk).update(
            margin=n * 3 % 7 / 10, entropy=n * 4 % 7 / 10, depth_min=n * 5 % 7
        )
    name = order.removeprefix("-").replace("depth", "depth_min")
    result = walk(tow.project.pk, Filter(), order, 3)
    keys = [o[name] for o in result]
    assert keys[:7] == sorted(keys[:7], reverse=order.startswith("-"))
    assert keys[7:] == [None] * 3
    assert {o["id"] for o in result} == {o.pk for o in tow.objects}


@pytest.mark.parametrize("limit", [1, 3, 200])
@pytest.mark.parametrize("params", [{}, {"state": "predicted,unclassified"}, {"score_min": 0.6}])
def test_at_random_every_object_once_and_the_same_again(tow, params, limit):
    objects = Filter.parse(params)
    expected = {o["id"] for o in walk(tow.project.pk, objects, "id", 200)}
    orders = []
    for seed in range(12):
        result = [o["id"] for o in walk(tow.project.pk, objects, f"random:{seed}", limit)]
        assert len(result) == len(expected)
        assert set(result) == expected
        assert result == [o["id"] for o in walk(tow.project.pk, objects, f"random:{seed}", 2)]
        orders.append(result)
    if not params:  # few objects may well come in order by chance
        assert len({order[0] for order in orders}) > 1, "another seed starts elsewhere"
        assert orders[0] != sorted(orders[0])


FILTERS = [
    ({"state": "predicted"}, "PPPP"),
    ({"state": ["predicted", "dubious"]}, "PPPPD"),
    ({"state": ["dubious", "unclassified"]}, "DUUU"),
    ({"taxon": "none"}, "UUU"),
    ({"score_min": 0.6}, "PPP"),
    ({"score_min": "0.6", "score_max": "0.7"}, "PP"),
    ({"original_id": "obj_4"}, "V"),
    ({}, "PPPPVVDUUU"),
]


@pytest.mark.parametrize("order", ["id", "-score", "date", "field:area"])
@pytest.mark.parametrize(("params", "states"), FILTERS)
def test_filters(tow, params, states, order):
    result = walk(tow.project.pk, Filter.parse(params), order, 2)
    assert sorted(o["state"][0].upper() for o in result) == sorted(states)
    total = sum(entry["count"] for entry in counts(tow.project.pk, Filter.parse(params)))
    assert total == len(states)


@pytest.mark.parametrize(
    "order", ["id", "-id", "score", "-score", "date", "random:7", "field:area", "-field:area"]
)
@pytest.mark.parametrize("look", [1, 2, 5])
def test_looking_ahead_changes_nothing(tow, monkeypatch, order, look):
    """What a look at the next rows fills is the page that counting would have led to."""
    column = tow.project.free_columns.get(name="area")
    job = Job.objects.create(kind="index_column", project=tow.project, params={"column": column.pk})
    run_job(job.pk, index_column)
    objects = Filter.parse({"field": "area>=0", "score_min": 0.6, "taxon": tow.copepoda})
    expected = [o["id"] for o in walk(tow.project.pk, objects, order, 2)]
    for name, value in {"FIRST_LOOK": look, "FEW": 1}.items():
        monkeypatch.setattr(paging, name, value)
    for limit in (1, 2, 200):
        assert [o["id"] for o in walk(tow.project.pk, objects, order, limit)] == expected
    assert len(expected) > 2


@pytest.mark.parametrize("fallback", ["GATHER_KEY", "HASH_ROW"])
@pytest.mark.parametrize("order", ["field:area", "-field:area"])
def test_where_the_matches_come_late_in_the_order_the_page_is_the_same(tow, monkeypatch, order, fallback):
    """Large ones are of other taxa: who looks along the sizes for a page of copepods gives up and takes another way."""
    column = tow.project.free_columns.get(name="area")
    job = Job.objects.create(kind="index_column", project=tow.project, params={"column": column.pk})
    run_job(job.pk, index_column)
    objects = Filter.parse({"taxon": tow.copepoda})
    expected = sorted((o.pk for o in tow.objects[:6]), reverse=order.startswith("-"))
    monkeypatch.setattr(paging._Search, "_cheapest", lambda self, limit: paging.KEYS_PROBE)
    monkeypatch.setattr(paging._Search, "_walked", lambda self, limit: 1)
    monkeypatch.setattr(paging, "PROBE_ROW", 1000.0)  # so no row more than that is looked at
    monkeypatch.setattr(paging, fallback, 0.0)
    for limit in (1, 2, 5):
        assert [o["id"] for o in walk(tow.project.pk, objects, order, limit)] == expected


def test_where_many_match_they_are_not_counted(tow, monkeypatch):
    monkeypatch.setattr(paging, "FIRST_LOOK", 5)
    with CaptureQueriesContext(connection) as queries:
        result = page(tow.project.pk, Filter.parse({"score_min": 0.5}), "id", 3)
    assert len(result.objects) == 3
    assert not any("count(*)" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_a_filter_survives_its_url():
    expected = Filter.parse(
        {"taxon": [3, "none"], "descendants": 0, "state": "dubious", "score_min": 0.5, "held_out": "1:2:3"}
    )
    assert Filter.parse(expected.as_dict()) == expected


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"taxon": "copepod"}, "`taxon` is 'copepod'"),
        ({"state": "sure"}, "takes one of unclassified, predicted, machine-validated, dubious, validated"),
        ({"score_min": "high"}, "`score_min` is 'high'"),
        ({"held_out": "1:2"}, "`held_out` takes three numbers"),
    ],
)
def test_bad_filters_say_what_is_accepted(params, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Filter.parse(params)


@pytest.mark.parametrize("cursor", ["!", "bm9uc2Vuc2U", "WyJzY29yZSIsMSwyXQ"])
def test_a_damaged_cursor_is_refused(tow, cursor):
    with pytest.raises(ValidationError, match="`cursor`"):
        page(tow.project.pk, Filter(), "id", 10, cursor)


@pytest.mark.parametrize("limit", [1, 3])
def test_a_page_asks_the_same_number_of_questions(tow, limit):
    with CaptureQueriesContext(connection) as queries:
        page(tow.project.pk, Filter.parse({"state": "predicted"}), "-score", limit)
    assert len(queries) == 5


def crowd(tow: SimpleNamespace) -> None:
    """2,000 objects of another project, and 2,000 of this one that no filter takes: PostgreSQL chooses an index by what
    it knows of the whole table, and among ten objects any index is as good."""
    other = Project.objects.create(title="Elsewhere")
    sample = Sample.objects.create(project=other, original_id="tow")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq")
    elsewhere = {"project": other, "sample": sample, "acquisition": acquisition}
    first = tow.objects[0]
    here = {"project": tow.project, "sample": first.sample, "acquisition": first.acquisition}
    validated = {"taxon_id": tow.appendicularia, "state": State.VALIDATED}
    Object.objects.bulk_create(
        Object(**each, score=n / 2000) for n in range(2000) for each in (elsewhere, here | validated)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE samples_object")


@pytest.mark.parametrize(
    ("params", "order", "index"),
    [
        ({}, "id", "object_arrival"),
        ({}, "score", "object_score"),
        ({}, "date", "object_date"),
        ({}, "-depth", "object_depth"),
        ({}, "margin", "object_margin"),
        ({}, "-entropy", "object_entropy"),
        ({}, "random:7", "object_random"),
        ({"state": "predicted"}, "id", "object_taxon"),
        ({"state": "predicted"}, "-score", "object_review"),
        ({"state": "predicted"}, "date", "object_taxon_date"),
    ],
)
def test_pages_come_from_an_index(tow, params, order, index):
    """Among the objects of other projects, with sequential scans made unattractive, the plan uses the index."""
    crowd(tow)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    with CaptureQueriesContext(connection) as queries:
        page(tow.project.pk, Filter.parse(params), order, 2)
    finding = next(q["sql"] for q in queries if " key" in q["sql"] and "LIMIT" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + finding)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
