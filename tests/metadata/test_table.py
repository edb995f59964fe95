"""Tables of samples as people's programs write them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.problems import Problems
from annotations.metadata.columns import OWN, free_column
from annotations.metadata.table import read_changes

COLUMNS = {**OWN, "field:ship": free_column("ship"), "field:tot_vol": free_column("tot_vol")}
SAMPLES = {"net": 1, "profile": 2}
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=20
)


def read(content: bytes, *, empties: bool = False) -> tuple[list[tuple], Problems]:
    problems = Problems("table")
    changes = read_changes(content, "t.csv", COLUMNS, SAMPLES, empties=empties, problems=problems)
    return [(c.row_id, c.column.key, c.text, c.line) for c in changes], problems


def faults(content: str) -> list[tuple]:
    _, problems = read(content.encode())
    return [(fault["line"], fault["column"], fault["message"]) for fault in problems.listed]


@given(
    ship=TEXTS.filter(lambda text: not text.startswith("'")),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    separator=st.sampled_from(",;\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_program_wrote_it(ship, encoding, separator, newline):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=newline)
    writer.writerows([["sample_id", "sample_ship", "latitude"], ["profile", ship, "43.5"]])
    changes, problems = read(text.getvalue().encode(encoding))
    assert not problems, problems.listed
    assert changes == [(2, "field:ship", ship, 2), (2, "latitude", "43.5", 2)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(content):
    changes, problems = read(content)
    assert problems or changes == []


def test_windows_1252_is_read_with_a_warning():
    changes, problems = read("sample_id;ship\nnet;Téthys\n".encode("cp1252"))
    assert changes == [(1, "field:ship", "Téthys", 2)]
    assert "read as Windows-1252" in problems.warnings.listed[0]["message"]


def test_empty_cells_say_nothing_unless_one_says_so():
    table = b"sample_id,ship,tot_vol\nnet,,7\n"
    assert read(table)[0] == [(1, "field:tot_vol", "7", 2)]
    assert read(table, empties=True)[0] == [(1, "field:ship", "", 2), (1, "field:tot_vol", "7", 2)]


def test_the_names_of_an_ecotaxa_package_are_known_and_new_columns_made():
    changes, problems = read(b"sample_id\tobject_lat\tsample_station\tnew_sample_id\nnet\t43\tB\tbongo\n")
    assert not problems
    assert changes == [(1, "latitude", "43", 2), (1, "field:station", "B", 2), (1, "name", "bongo", 2)]


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("", (None, None, "The table is empty")),
        ("ship\nTara\n", (1, None, "No column is called sample_id")),
        ("sample_id,lattitude\nnet,3\n", (1, "lattitude", "There is no such column. Did you mean latitude?")),
        ("sample_id,ship,ship\nnet,a,b\n", (1, "ship", "occurs twice")),
        ("sample_id,ship\nneet,a\n", (2, "sample_id", "no sample 'neet'")),
        ("sample_id,ship\nnet,a\n\nnet,b\n", (4, "sample_id", "Line 2 is about 'net' as well")),
        ("sample_id,ship\nnet,a,b\n", (2, None, "more cells than there are columns")),
        ('sample_id,ship\nnet,"a\n', (2, None, "cannot be read")),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_column(table, fault):
    line, column, message = faults(table)[0]
    assert (line, column) == fault[:2]
    assert fault[2] in message
