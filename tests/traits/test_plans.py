"""Filters by traits find their objects in an index, without the rows of the values."""

import pytest
from django.db import connection

from annotations.search.filter import Filter


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
