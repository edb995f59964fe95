"""Free columns go into the API's JSON as PostgreSQL writes them, and say what the rows of pages say."""

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.samples.models import FreeColumn, ObjectFields
from annotations.search.free_fields import FreeFields
from annotations.search.rows import rows
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]

NUMBERS = st.lists(st.none() | st.floats(allow_subnormal=False), max_size=5)
NAMES = ("area", "100%", 'with "quotes"', "%s", "Länge, mm")
TEXTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.text("aé\"\\,'", max_size=5),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(values=NUMBERS, texts=TEXTS)
def test_json_has_the_numbers_and_texts_that_were_written(db, values, texts):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_to_string(%s::float8[], ',', 'null'), %s::jsonb",
            [values, orjson.dumps(texts).decode()],
        )
        cells = cursor.fetchone()
    fields = FreeFields(NAMES)
    finite = [None if value is None or value - value != 0 else value for value in values]
    assert (
        orjson.loads(orjson.dumps(fields.as_json(*cells))) == dict(zip(NAMES, finite, strict=False)) | texts
    )
    expected = dict(zip(NAMES, values, strict=False)) | texts
    read = fields.as_dict(*cells)
    assert {name: repr(read[name]) for name in read} == {name: repr(expected[name]) for name in expected}


@shared_rows
def wide(tow):
    """A second number, which older objects lack, and a text."""
    for name, position in (("esd", 1), ("remark", None)):
        FreeColumn.objects.create(
            project=tow.project, level="object", name=name, is_number=position is not None, position=position
        )
    ObjectFields.objects.filter(pk=tow.objects[0].pk).update(values=[1e-7, 0.1], texts={"remark": "torn"})
    ObjectFields.objects.filter(pk=tow.objects[1].pk).update(values=[None, 123456789.25])
    return tow


@pytest.mark.parametrize("names", [["area"], ["remark", "esd"], ["esd", "area", "remark"], []])
def test_chosen_columns_are_those_of_all(wide, names):
    ids = [each.pk for each in wide.objects]
    everything = rows(wide.project.pk, ids)
    chosen = rows(wide.project.pk, ids, names)
    assert [row["fields"] for row in chosen] == [
        {name: row["fields"].get(name) for name in names} for row in everything
    ]
    assert [row | {"fields": 0} for row in chosen] == [row | {"fields": 0} for row in everything]


@pytest.mark.parametrize("name", ["perimeter", "area\0", ""])
def test_an_unknown_column_is_refused_by_name(wide, name):
    with pytest.raises(ValidationError, match="`fields` is about"):
        rows(wide.project.pk, [], ["area", name])
