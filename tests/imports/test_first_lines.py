"""Where objects of millions of lines stand first: exact, and in a bounded number of bytes."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from annotations.imports.ecotaxa.first_lines import First, FirstLines
from annotations.imports.ecotaxa.key_numbers import KeyNumbers


@given(st.lists(st.text(max_size=3), max_size=300))
def test_keys_have_the_numbers_of_a_dict(keys):
    numbers, expected = KeyNumbers(), {}
    for key in keys:
        is_new = key not in expected
        assert numbers.find(key) == expected.get(key)
        assert numbers.add(key) == (expected.setdefault(key, len(expected)), is_new)
    assert len(numbers) == len(expected)


def test_all_are_there_after_the_table_has_grown():
    numbers = KeyNumbers()
    assert [numbers.add(f"tow_{n}") for n in range(5000)] == [(n, True) for n in range(5000)]
    assert [numbers.find(f"tow_{n}") for n in range(5000)] == [*range(5000)]
    assert numbers.find("tow_5000") is None


def test_the_first_line_stays():
    lines = FirstLines()
    first, later = First("tow_1", 0, 7, -(2**62)), First("tow_2", 1, 3, 12)
    assert lines.note("a", first) is None
    assert lines.note("b", later) is None
    assert lines.note("a", later) == first
    assert (lines.get("a"), lines.get("b"), lines.get("c")) == (first, later, None)
    assert ("a" in lines, "c" in lines, len(lines), [*lines.samples]) == (True, False, 2, ["tow_1", "tow_2"])


def test_an_object_takes_few_bytes():
    lines = FirstLines()
    for number in range(20_000):
        lines.note(f"an_id_of_usual_length_{number:08}", First("tow", 0, number, number))
    arrays = [lines._ids._high, lines._ids._low, lines._ids._slots, *lines._columns]
    assert sum(map(sys.getsizeof, arrays)) / len(lines) < 70
