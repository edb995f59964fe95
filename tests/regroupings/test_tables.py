"""Tables of a taxon and its group a line: what is wrong is named, and what is exported comes back the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.common.problems import Problems
from annotations.common.spreadsheet import csv_lines
from annotations.regroupings.actions import create_regrouping
from annotations.regroupings.queries import table_rows
from annotations.regroupings.tables import read_grouping


def read(text: str):
    problems = Problems(thing="table")
    table = read_grouping(text, "groups.csv", problems)
    return table, [(each["line"], each["column"], each["message"]) for each in problems.listed]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_two_columns_are_enough(tree, sign):
    table, faults = read(f"Calanus{sign}large\nOithona{sign}small\n")
    assert (table.rows, faults) == ({tree.calanus: "large", tree.oithona: "small"}, [])


def test_a_first_line_may_name_the_columns_in_any_order(tree):
    table, faults = read("value,remark,scientific_name\nAU,green,Oithona\n")
    assert (table.rows, faults) == ({tree.oithona: "AU"}, [])


def test_names_that_the_site_does_not_know_are_passed_over_and_named(tree):
    table, faults = read("Calanus,large\nSomething else,small\n")
    assert (table.rows, faults) == ({tree.calanus: "large"}, [])
    assert [(line.number, line.taxon) for line in table.unknown] == [(2, "Something else")]


def test_what_is_wrong_is_named_by_line_and_column(tree):
    _, faults = read("Calanus,large\nOithona\nCopepoda,a,b\nCalanus,small\n")
    assert faults == [
        (2, "group", "The cell of the group is empty."),
        (
            3,
            None,
            "The line has more than two cells: a taxon and its group, or name the columns in the first line.",
        ),
        (4, "group", "Calanus is in 'small' here, but in 'large' in line 1. Keep one."),
    ]


def test_an_empty_table_says_so(tree):
    assert read("")[1] == [(None, None, "The table has no line with a taxon and a group.")]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES.filter(lambda name: name.strip()), min_size=5, max_size=5), st.booleans())
def test_what_is_exported_comes_back_the_same(project, alice, tree, groups, is_left_out):
    rows = dict(zip(vars(tree).values(), groups, strict=True))
    left_out = [groups[0]] if is_left_out else []
    created = create_regrouping(project=project, user=alice, name="x", rows=rows, left_out=left_out)
    table, faults = read("".join(csv_lines(table_rows(created))).removeprefix("\ufeff"))
    stored = dict(created.rows.values_list("taxon", "group__name"))
    assert (table.rows, faults) == (stored, [])
    assert table.left_out == set(created.groups.filter(is_left_out=True).values_list("name", flat=True))
    created.delete()
