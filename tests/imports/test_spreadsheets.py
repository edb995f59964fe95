"""What spreadsheets of several countries make of a table: read where it can be one thing, asked or named where not."""

from datetime import UTC, datetime

import pytest

from annotations.imports.actions import import_package
from annotations.imports.forms import PackageForm
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.samples.models import FreeColumn, Object
from tests.imports.packages import import_job, package, png, row, run_import, write_zip

pytestmark = pytest.mark.django_db


def moments() -> list[str]:
    taken_at = Object.objects.order_by("wide__original_id").values_list("taken_at", flat=True)
    return [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in taken_at]


def messages(entries: list[dict]) -> list[str]:
    return [entry["message"] for entry in entries]


def plain(tmp_path, text: str, encoding: str = "utf-8"):
    files = {"d.csv": text.encode(encoding), "a.png": png(1), "b.png": png(2)}
    return write_zip(tmp_path / "p.zip", files)


@pytest.mark.parametrize(
    ("cells", "days", "first"),
    [
        (["31/12/2025", "01/12/2025"], ["2025-12-31", "2025-12-01"], "day"),
        (["12/31/25", "1/2/25"], ["2025-12-31", "2025-01-02"], "month"),
        (["31.12.95", "1.2.1995"], ["1995-12-31", "1995-02-01"], "day"),
        (["2025/12/31", "2025-12-01 00:00:00"], ["2025-12-31", "2025-12-01"], ""),
    ],
)
def test_dates_as_their_column_tells(project, tmp_path, cells, days, first):
    rows = [row(n, object_date=cell, object_time="9:30:00") for n, cell in enumerate(cells)]
    result = run_import(project, package(tmp_path / "p.zip", rows))
    assert moments() == [f"{day} 09:30:00" for day in days]
    sentence = f"Dates with their year last were read with the {first} first, as they tell."
    assert messages(result["warnings"]) == ([sentence] if first else [])


@pytest.mark.parametrize("kind", ["ecotaxa", "plain"])
def test_a_day_that_could_be_two_is_asked(project, tmp_path, kind):
    if kind == "plain":
        path = plain(tmp_path, "file,date\na.png,12/01/25\nb.png,02/01/25 14:30\n")
    else:
        rows = [row(1, object_date="12/01/25"), row(2, object_date="02/01/25", object_time="143000")]
        path = package(tmp_path / "p.zip", rows)
    with pytest.raises(JobError) as failure:
        run_import(project, path)
    assert "leaves a question open" in str(failure.value) and failure.value.keeps_upload
    assert "could be two days" in failure.value.errors[0]["message"]
    run_import(project, path, dates="day_first")
    assert moments() == ["2025-01-12 00:00:00", "2025-01-02 14:30:00"]


def test_a_column_in_both_orders_is_refused(project, tmp_path):
    rows = [row(1, object_date="31/12/2025"), row(2, object_date="12/31/2025")]
    with pytest.raises(JobError) as failure:
        run_import(project, package(tmp_path / "p.zip", rows))
    assert "dates with the day first and dates with the month first" in failure.value.errors[0]["message"]
    assert not failure.value.keeps_upload


@pytest.mark.parametrize("column", ["object_id", "sample_id", "acq_id"])
def test_an_id_that_a_spreadsheet_shortened_is_refused(project, tmp_path, column):
    rows = [row(number, **{column: "2.02405E+13"}) for number in (1, 2)]
    with pytest.raises(JobError) as failure:
        run_import(project, package(tmp_path / "p.zip", rows))
    assert failure.value.errors[0]["column"] == column
    assert "the rest of its digits is lost" in failure.value.errors[0]["message"]


def test_numbers_that_stand_for_unknown_places_and_measures(project, tmp_path):
    unknown = {"object_lat": "-999", "object_lon": "-999", "object_depth_min": "9999.99"}
    rows = [row(1, **unknown, object_area="-999"), row(2, object_depth_min="999", object_area="12")]
    result = run_import(project, package(tmp_path / "p.zip", rows, {"object_area": "f"}))
    first, second = Object.objects.order_by("wide__original_id").select_related("wide")
    assert (first.latitude, first.longitude, first.depth_min, first.wide.values) == (None, None, None, [-999])
    assert (second.depth_min, second.wide.values) == (999, [12])
    places, measures = messages(result["warnings"])[:3], messages(result["warnings"])[3:]
    assert all("stands for a place or depth that nobody knows: it was left empty" in each for each in places)
    assert [each.partition(".")[0] for each in measures] == ["-999 may stand for what was not measured"]


def test_cells_without_a_number(project, tmp_path):
    cells = ["#N/A", "NULL", "#DIV/0!", "#VALEUR!", "\u22121.5"]
    rows = [row(number, object_area=cell) for number, cell in enumerate(cells)]
    result = run_import(project, package(tmp_path / "p.zip", rows, {"object_area": "f"}))
    measured = [
        each.wide.values for each in Object.objects.order_by("wide__original_id").select_related("wide")
    ]
    assert measured == [[None], [None], [None], [None], [-1.5]]
    assert [each.partition(" ")[0] for each in messages(result["warnings"])] == ["'#DIV/0!'", "'#VALEUR!'"]


@pytest.mark.parametrize(
    ("cells", "values", "texts", "words"),
    [
        (["12.5", "#N/A"], [[12.5], [None]], [{}, {}], ""),
        (["950", "1,234"], [[], []], [{"m": "950"}, {"m": "1,234"}], "'1,234' is no number"),
        (["0012", "13"], [[], []], [{"m": "0012"}, {"m": "13"}], "'0012' is no number"),
    ],
)
def test_a_column_of_a_plain_table_that_is_hardly_one_of_numbers(
    project, tmp_path, cells, values, texts, words
):
    first, second = (f'"{cell}"' for cell in cells)
    result = run_import(project, plain(tmp_path, f"file,m\na.png,{first}\nb.png,{second}\n"))
    wide = [each.wide for each in Object.objects.order_by("wide__original_id").select_related("wide")]
    assert ([each.values for each in wide], [each.texts for each in wide]) == (values, texts)
    assert [words in each for each in messages(result["warnings"])] == ([True] if words else [])


def test_a_unicode_text_of_excel_has_decimal_commas(project, tmp_path):
    text = "file\tlabel\tm\tn\na.png\tx\t1,5\t1,234\nb.png\tx\t2,5\t2\n"
    result = run_import(project, plain(tmp_path, text, "utf-16"))
    assert all(FreeColumn.objects.values_list("is_number", flat=True))
    assert Object.objects.get(wide__original_id="a.png").wide.values == [1.5, 1.234]
    assert (
        messages(result["warnings"])[0]
        == "'1,234' was read as 1.234. Write it without a comma if it is thousands."
    )


def test_the_line_in_which_excel_says_how_cells_are_separated(project, tmp_path):
    run_import(project, plain(tmp_path, "sep=;\nfile;date\na.png;2025-12-31\nb.png;2025-12-30\n"))
    assert Object.objects.get(wide__original_id="a.png").taken_at == datetime(2025, 12, 31, tzinfo=UTC)


def test_a_column_that_counts_lines_is_left_out_and_named(project, tmp_path):
    result = run_import(project, plain(tmp_path, ",file,m\n0,a.png,1\n1,b,2\n"))
    assert Object.objects.count() == 2 and list(FreeColumn.objects.values_list("name", flat=True)) == ["m"]
    assert messages(result["warnings"])[0] == (
        "The first column has no name, as where programs count lines: it was left out."
    )
    assert messages(result["warnings"])[1] == "The picture b was found as b.png."


def test_a_table_for_ecotaxa_that_was_saved_as_csv_is_known(project, tmp_path):
    text = "object_id,img_file_name\n[t],[t]\no1,a.png\n"
    with pytest.raises(JobError) as failure:
        run_import(project, plain(tmp_path, text))
    (error,) = failure.value.errors
    assert error["message"] == (
        "This is a table for EcoTaxa: below its column names stand their types. Save it as tab-separated text, and "
        "call it ecotaxa_….tsv."
    )


def test_an_import_that_asks_shows_the_choices_of_its_own_format_first(project, alice, tmp_path):
    job = import_job(project, package(tmp_path / "p.zip", [row(1, object_date="12/01/25")]), alice)
    with pytest.raises(JobError):
        import_package(job, Progress(job))
    job.refresh_from_db()
    form = PackageForm(job=job)
    assert form.known_format is not None and form.known_format.name == "ecotaxa"
    assert "dates" in {field.name for group in form.first_groups() for field in group.fields}
