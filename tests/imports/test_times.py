"""Times of day and dates are read as their column is written, not cell by cell."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.imports import values
from annotations.jobs.errors import JobError
from annotations.samples.models import Object
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
TIMES = st.builds(lambda h, m, s: time(h, m, s), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))


def times_of(project, tmp_path, *cells: str) -> list[str]:
    rows = [row(n, object_date="20260412", object_time=cell) for n, cell in enumerate(cells)]
    run_import(project, package(tmp_path / "p.zip", rows))
    moments = Object.objects.order_by("wide__original_id").values_list("taken_at", flat=True)
    return [f"{moment:%H:%M:%S}" for moment in moments]


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        (["93000", "123000"], ["09:30:00", "12:30:00"]),
        (["930", "123000"], ["00:09:30", "12:30:00"]),
        (["1230", "93000"], ["00:12:30", "09:30:00"]),
        (["30", "0", "93000"], ["00:00:30", "00:00:00", "09:30:00"]),
        (["420", "1230", "5"], ["04:20:00", "12:30:00", "00:05:00"]),
        (["930.0", "123000.0"], ["00:09:30", "12:30:00"]),
        (["09:30:00", "420"], ["09:30:00", "04:20:00"]),
        (["093000Z", "12:30 UTC"], ["09:30:00", "12:30:00"]),
    ],
)
def test_the_longest_time_of_the_column_says_what_the_others_are(project, tmp_path, cells, times):
    assert times_of(project, tmp_path, *cells) == times


@pytest.mark.parametrize(
    ("cells", "line", "word"),
    [
        (["0930", "123000"], 3, "as other times of the column"),
        (["1275", "93000"], 3, "as other times of the column"),
        (["12", "9"], 3, "may be hours or minutes"),
        (["0.395833", "1230"], 3, "no time of day"),
        (["09:30 pm"], 3, "no time of day"),
        (["09:30:00+02:00"], 3, "no time of day"),
    ],
)
def test_a_time_that_may_be_another_is_refused(project, tmp_path, cells, line, word):
    with pytest.raises(JobError) as failure:
        times_of(project, tmp_path, *cells)
    error = failure.value.errors[0]
    assert (error["line"], error["column"]) == (line, "object_time") and word in error["message"]


def test_times_of_labels_are_read_in_the_same_way(project, tmp_path):
    label = {"object_annotation_status": "validated", "object_annotation_category": "Copepoda"}
    label["object_annotation_date"] = "20260412"
    rows = [row(1, **label, object_annotation_time="930"), row(2, **label, object_annotation_time="123000")]
    run_import(project, package(tmp_path / "p.zip", rows))
    first = Object.objects.get(wide__original_id="o1")
    assert first.labelled_at == datetime(2026, 4, 12, 0, 9, 30, tzinfo=UTC)


@given(st.lists(TIMES, min_size=1, max_size=20))
def test_a_column_of_times_with_cut_zeros_is_read_as_it_was(times):
    cells = [str(int(f"{moment:%H%M%S}")) for moment in times]
    longest = max(map(values.clock_digits, cells))
    if longest > values.HOURS_AND_MINUTES:
        assert [values.clock(cell, longest) for cell in cells] == times


@given(st.lists(TIMES.map(lambda moment: moment.replace(second=0)), min_size=1, max_size=20))
def test_a_column_of_hours_and_minutes_with_cut_zeros_is_read_as_it_was(times):
    cells = [str(int(f"{moment:%H%M}")) for moment in times]
    longest = max(map(values.clock_digits, cells))
    if longest > 2:
        assert [values.clock(cell, longest) for cell in cells] == times


@given(st.dates(), st.sampled_from(["%Y%m%d", "%Y-%m-%d"]))
def test_every_date_is_read_as_it_was(day, form):
    text = day.strftime(form).zfill(8 if "-" not in form else 10)
    assert values.day(text) == values.day(f"{text}.0") == day


@pytest.mark.parametrize(
    "text", ["2-0260412", "2026-0412", "46124", "260412", "2026-04-12T09:30", "٢٠٢٦٠٤١٢"]
)
def test_dates_in_other_notations_are_refused(text):
    with pytest.raises(ValueError, match="YYYYMMDD"):
        values.day(text)
