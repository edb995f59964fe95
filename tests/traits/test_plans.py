"""Filters by traits find their objects in an index, without the rows of the values."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.search import paging
from annotations.search.filter import Filter
from annotations.search.queries import page
from tests.traits.conftest import say_of


@pytest.mark.parametrize(
    ("text", "index"),
    [("prosome_length>=2000", "trait_measure"), ("antennae=spread", "trait_choice")],
)
def test_objects_with_a_value_come_from_its_index_alone(lagoon, text, index):
    condition, params = Filter.parse({"trait": text}).where(lagoon.project.pk)
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "nestloop", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN SELECT o.id FROM samples_object o WHERE {condition}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Index Only Scan using {index}" in plan


def test_where_values_come_in_clusters_a_page_looks_farther_and_counts_nothing(lagoon, monkeypatch):
    """Of ten objects the first has one, and three at the end: two looks fall short, the third is enough."""
    for name, value in {"FIRST_LOOK": 2, "FEW": 1, "LATE": 1.0}.items():
        monkeypatch.setattr(paging, name, value)
    with_value = [lagoon.objects[place] for place in (0, 6, 7, 8)]
    say_of(with_value, lagoon.stage, "adult")
    with CaptureQueriesContext(connection) as queries:
        result = page(lagoon.project.pk, Filter.parse({"trait": "stage=adult"}), "id", 3)
    assert [each["id"] for each in result.objects] == [each.pk for each in with_value[:3]]
    assert result.next is not None
    assert not any("count(*)" in query["sql"] for query in queries)
