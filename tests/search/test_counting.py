"""How many objects match, said within a bound."""

from annotations.search import counting
from annotations.search.counting import BoundedCount, count_within_bounds
from annotations.search.filter import Filter
from tests.plankton import tow

__all__ = ["tow"]

SLOW = {"field": "area>=100"}


def test_the_number_is_that_of_the_page(client, tow, bob):
    client.force_login(bob)
    for query, count in {
        "": 10,
        "state=predicted": 4,
        "score_min=0.65": 2,
        "date_from=2026-01-01": 0,
    }.items():
        answer = client.get(f"/api/v1/projects/{tow.project.pk}/counts/total/?{query}")
        assert answer.json() == {"count": count, "is_at_least": False}, query


def test_where_an_exact_count_takes_too_long_it_says_at_least_how_many(tow, monkeypatch):
    monkeypatch.setattr(counting, "LEAST", 5)
    monkeypatch.setattr(counting, "_number", lambda sql, params, ms: None if "LIMIT" not in sql else 6)
    assert count_within_bounds(tow.project.pk, Filter.parse(SLOW)) == BoundedCount(5, is_at_least=True)


def test_a_query_that_goes_on_for_too_long_is_cancelled_and_nothing_is_claimed(tow, monkeypatch):
    for bound in ("EXACT_MS", "LEAST_MS"):
        monkeypatch.setattr(counting, bound, 20)
    slow = ("pg_sleep(1) IS NOT NULL", [])
    monkeypatch.setattr(Filter, "where", lambda criteria, project_id: slow)
    assert count_within_bounds(tow.project.pk, Filter.parse(SLOW)) == BoundedCount(None)
    monkeypatch.undo()  # and the bound went with it
    assert count_within_bounds(tow.project.pk, Filter.parse(SLOW)) == BoundedCount(10)
