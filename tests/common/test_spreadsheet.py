"""What a spreadsheet makes of a cell: a text stays a text, a number a number, and é is é."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.spreadsheet import csv_blocks, csv_lines, neutralised, original


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+2",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "=SUM(1;2)",
        "\t=1+2",
        "\r=1",
        " =1+2",
        "＝1+2",
        "-",
        "+1 m",
    ],
)
def test_a_formula_is_only_text(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize(
    "cell", ["Copepoda", "étoilé", "a=b", "3", "-3.5", "+1e-3", "-.5", "", -3.5, None, 7]
)
def test_everything_else_stays_as_it_is(cell):
    assert neutralised(cell) == cell


def test_excel_reads_it_as_utf_8_for_the_byte_order_mark():
    content = "".join(csv_lines([["sample", "étoilé"], ["=1+2", 3]])).encode()
    assert content == b"\xef\xbb\xbfsample,\xc3\xa9toil\xc3\xa9\r\n'=1+2,3\r\n"


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1), min_size=1)
)
def test_no_cell_begins_like_a_formula_and_each_comes_back(rows):
    cells = [row for row in read("".join(csv_lines(rows)).encode()) if row]
    for row in cells:
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@") and neutralised(cell) != cell]
    assert [[original(cell) for cell in row] for row in cells] == [row for row in rows if row]


def test_many_rows_are_sent_in_few_blocks():
    rows = [[n, "é", "=1+2"] for n in range(20_000)]
    blocks = list(csv_blocks(rows))
    assert 1 < len(blocks) < 20
    assert b"".join(blocks) == "".join(csv_lines(rows)).encode()
