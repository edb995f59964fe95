"""Whatever a row holds stands in the table afterwards, as it was."""

import math
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.common.copying import copied_chunk, copied_rows, copy_rows

COLUMNS = """
number bigint, measure float8, word text, truth boolean, at timestamptz, day date, measures float8[], words text[]
"""
NUMBERS = st.none() | st.floats(allow_nan=False, allow_subnormal=False)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
ROWS = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    NUMBERS,
    st.none() | TEXTS | st.sampled_from([r"\N", r"\.", "a\tb", "a\r\nb", "\\"]),
    st.none() | st.booleans(),
    st.none() | st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)),
    st.none() | st.dates(),
    st.none() | st.lists(NUMBERS),
    st.none() | st.lists(st.none() | TEXTS | st.sampled_from(["NULL", '"', r"\"", "a\tb"])),
)


def copied(*rows: tuple) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied (place serial, {COLUMNS}) ON COMMIT DROP")
        copy_rows("copied", "number, measure, word, truth, at, day, measures, words", rows)
        cursor.execute(
            "SELECT number, measure, word, truth, at, day, measures, words FROM copied ORDER BY place"
        )
        stored = cursor.fetchall()
        cursor.execute("DROP TABLE copied")
        return stored


class Copying(TestCase):
    @given(st.lists(ROWS, max_size=5))
    def test_any_row(self, rows):
        assert copied(*rows) == rows


@pytest.mark.django_db
def test_numbers_of_numpy_and_what_is_no_number():
    row = (
        3,
        np.float64(0.1),
        "",
        True,
        None,
        date(2026, 4, 12),
        [math.inf, 1, np.float64(0.1), math.nan],
        [],
    )
    (stored,) = copied(row)
    assert stored[:6] == row[:6]
    assert stored[6][:3] == [math.inf, 1, 0.1]
    assert math.isnan(stored[6][3])


@pytest.mark.django_db
@pytest.mark.parametrize("cell", [{}, [b"a"], [[1.0]]])
def test_a_cell_that_no_column_takes_is_refused(cell):
    with pytest.raises(TypeError, match="COPY has no"), transaction.atomic():
        copied((1, 0.5, "", True, None, None, cell, None))


@pytest.mark.django_db
@pytest.mark.parametrize("read", [copied_rows, copied_chunk])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_become_arrays(read, count):
    sql = f"SELECT n::bigint, n / 2.0::float8, -n FROM generate_series(1, {count}) n ORDER BY n DESC"
    rows = read(sql, [("number", ">i8"), ("half", ">f8"), ("opposite", ">i4")])
    expected = [(n, n / 2, -n) for n in range(count, 0, -1)]
    assert rows[["number", "half", "opposite"]].tolist() == expected
