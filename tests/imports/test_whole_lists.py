"""All the faults of a table are told at once, and all that is passed over."""

import zipfile

import pytest

from annotations.jobs.errors import JobError
from annotations.samples.models import Object
from tests.imports.packages import package, png, row, run_import, table, write_zip

pytestmark = pytest.mark.django_db


def refused(project, path) -> JobError:
    with pytest.raises(JobError) as failure:
        run_import(project, path)
    assert not Object.objects.exists()
    return failure.value


def places(faults: list[dict]) -> list[tuple]:
    return [(fault["line"], fault["column"]) for fault in faults]


def warnings_of(project, path) -> list[dict]:
    """Those of the import, having checked that a dry run says the same."""
    planned = run_import(project, path, dry_run=True)["warnings"]
    result = run_import(project, path)
    assert result["warnings"] == planned
    many = len(planned) != 1
    assert (f"{len(planned)} warning{'s are' if many else ' is'} listed" in result["message"]) == bool(
        planned
    )
    return planned


BAD_CELLS = {
    "object_lat": "95",
    "object_lon": "1,5",
    "object_date": "soon",
    "object_time": "noon",
    "object_depth_min": "deep",
    "object_annotation_status": "sure",
    "object_area": "wide",
}


@pytest.mark.parametrize(
    ("column", "kind", "line"),
    [("object_mean", "[H]", 2), ("fish_area", "[f]", 1), ("area", "[f]", 1), ("sample_ship", "[t]", 1)],
)
def test_a_bad_column_or_type_hides_nothing_else(project, tmp_path, column, kind, line):
    row_1 = {"object_id": "o1", "img_file_name": "gone.png", column: "1", **BAD_CELLS}
    text = table([row_1], {"object_area": "f"})
    head, kinds, cells = text.splitlines()
    kinds = "\t".join(
        kind if name == column else old for name, old in zip(head.split("\t"), kinds.split("\t"), strict=True)
    )
    files = {
        "ecotaxa_t.tsv": "\n".join([head, kinds, cells]),
        "ecotaxa_u.tsv": table([row(2, object_lat="x")]),
    }
    errors = refused(project, write_zip(tmp_path / "p.zip", {**files, "o2.png": png()})).errors
    assert errors[0]["line"] == line
    mine = {error["column"] for error in errors if error["line"] == 3 and error["file"] == "ecotaxa_t.tsv"}
    assert mine >= {*BAD_CELLS, "img_file_name"}
    assert [e["column"] for e in errors if e["file"] == "ecotaxa_u.tsv"] == ["object_lat"]


def test_without_types_the_lines_are_checked_all_the_same(project, tmp_path):
    text = "object_id\timg_file_name\tobject_lat\no1\to1.png\tnorth\n"
    errors = refused(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()})).errors
    assert places(errors) == [(2, None), (2, "object_lat")]


def test_columns_that_are_one_after_trimming(project, tmp_path):
    text = "object_id\timg_file_name\tObject_Area\tobject_area \n[t]\t[t]\t[f]\t[f]\no1\to1.png\t1\t2\n"
    (error,) = refused(
        project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()})
    ).errors
    assert "'Object_Area' and 'object_area '" in error["message"]


def test_a_failed_import_says_its_warnings_too(project, tmp_path):
    error = refused(project, package(tmp_path / "p.zip", [row(1, object_lat="95")], **{"more.png": png(3)}))
    assert len(error.errors) == 1
    assert [warning["file"] for warning in error.warnings] == ["more.png"]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("1,5", "as 1.5"), ("1_000", "decimal point"), ("1.234,5", "decimal point"), ("12 %", "decimal")],
)
def test_numbers_in_other_notations_name_the_remedy(project, tmp_path, text, remedy):
    path = package(tmp_path / "p.zip", [row(1, object_area=text)], {"object_area": "f"})
    (error,) = refused(project, path).errors
    assert (error["line"], error["column"]) == (3, "object_area") and remedy in error["message"]


# --- What is passed over --------------------------------------------------------------------------------------


def test_files_that_nothing_reads_are_named(project, tmp_path):
    more = {
        "left.png": png(7),
        "ctd.csv": "depth;temperature",
        "export_1.tsv": table([row(9)]),
        "work.pdf": b"%PDF",
        "inner.zip": b"PK",
        "compute_vignette.txt": "[vignette]\n; 1 = none\ngamma=1\ninvert=Y\nscale=2\nscalebarsize_mm=2.0\n",
    }
    warnings = warnings_of(project, package(tmp_path / "p.zip", [row(1)], **more))
    messages = {warning["file"]: warning["message"] for warning in warnings}
    assert messages.keys() == more.keys()
    assert "No line names this picture" in messages["left.png"]
    assert "it must be called ecotaxa_" in messages["export_1.tsv"]
    assert "not opened" in messages["inner.zip"]
    assert messages["compute_vignette.txt"].startswith(
        "EcoTaxa would invert the pictures, enlarge them 2 times and draw a bar of 2 mm below by this file. "
        "The pictures come in as they are"
    )


def test_whatever_else_a_file_of_settings_asks_for_is_named(project, tmp_path):
    settings = "footerheight_px=31\nkeeporiginal=Y\nfontcolor=black\nPixel_Size=0.01\n"
    (warning,) = warnings_of(
        project, package(tmp_path / "p.zip", [row(1)], **{"compute_vignette.txt": settings})
    )
    assert warning["message"].startswith(
        "EcoTaxa would add a footer of 31 pixels, keep the original as one more picture, of rank 100 and heed "
        "fontcolor and pixel_size, which nobody reads here by this file."
    )


def test_many_pictures_without_a_line_are_one_warning(project, tmp_path):
    more = {f"left_{n:02}.png": png(n) for n in range(30)}
    (warning,) = warnings_of(project, package(tmp_path / "p.zip", [row(1)], **more))
    assert "30 pictures are named by no line: left_00.png, left_01.png" in warning["message"]
    assert "and 25 more" in warning["message"]


def test_what_systems_leave_behind_is_no_matter(project, tmp_path):
    junk = {".DS_Store": b"x", "Thumbs.db": b"x", "tow/desktop.ini": b"x"}
    more = {"__MACOSX/._o1.png": b"x", "__MACOSX/._ecotaxa_test.tsv": b"\0\1", "._o1.png": b"x"}
    assert warnings_of(project, package(tmp_path / "p.zip", [row(1)], **junk, **more)) == []


def test_a_linked_folder_is_not_followed_and_named(project, tmp_path):
    folder, other = tmp_path / "tow", tmp_path / "other"
    with zipfile.ZipFile(package(tmp_path / "p.zip", [row(1)])) as file:
        file.extractall(folder)
    other.mkdir()
    (folder / "more").symlink_to(other)
    assert [warning["file"] for warning in warnings_of(project, folder)] == ["more"]


def test_a_link_to_nothing(project, tmp_path):
    folder = tmp_path / "tow"
    with zipfile.ZipFile(package(tmp_path / "p.zip", [row(1)])) as file:
        file.extractall(folder)
    (folder / "o2.png").symlink_to(folder / "gone.png")
    assert "o2.png is a link to nothing" in str(refused(project, folder))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_stands_twice_in_a_zip(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1)])
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("o1.png", png(0))
    (warning,) = warnings_of(project, path)
    assert warning["file"] == "o1.png" and "twice" in warning["message"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_with_different_content(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1)])
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("o1.png", png(200))
    (error,) = refused(project, path).errors
    assert error["file"] == "o1.png" and "content differs" in error["message"]


def test_two_pictures_whose_names_differ_in_case_only(project, tmp_path):
    rows = [row(1, img_file_name="a.png"), row(2, img_file_name="A.png")]
    (warning,) = warnings_of(project, package(tmp_path / "p.zip", rows))
    assert "A.png and a.png differ only in case" in warning["message"]


def test_two_tables_of_traits(project, tmp_path):
    more = {"traits.tsv": "", "old/traits.tsv": ""}
    errors = refused(project, package(tmp_path / "p.zip", [row(1)], **more)).errors
    assert "more than one traits.tsv" in errors[0]["message"]


def test_infinity_is_left_out_and_named(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1, object_area="inf")], {"object_area": "f"})
    assert places(warnings_of(project, path)) == [(3, "object_area")]


def test_a_zip_with_more_entries_than_the_old_format_counts(project, tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    path = package(tmp_path / "p.zip", [row(n) for n in range(5)])
    assert b"PK\x06\x06" in path.read_bytes(), "a zip64"
    assert run_import(project, path)["objects"] == 5


# --- What looks like something else -----------------------------------------------------------------------------------


HEAD, KINDS, CELLS = "object_id\timg_file_name", "[t]\t[t]", "o1\to1.png"


@pytest.mark.parametrize(
    "lines",
    [
        ["", HEAD, KINDS, CELLS],
        [HEAD, "", KINDS, "\t", CELLS],
        ["\ufeff\ufeff" + HEAD, KINDS, CELLS],
        ["object_id\u200b\timg_file_name\u00a0", KINDS, CELLS],
    ],
)
def test_empty_lines_and_letters_that_nobody_sees_are_no_matter(project, tmp_path, lines):
    files = {"ecotaxa_t.tsv": "\n".join(lines), "o1.png": png()}
    assert not warnings_of(project, write_zip(tmp_path / "p.zip", files))
    assert Object.objects.get().wide.original_id == "o1"


def test_lines_keep_their_numbers_behind_empty_ones(project, tmp_path):
    text = "\n\n".join([HEAD + "\tobject_lat", KINDS + "\t[f]", CELLS + "\tnorth"])
    errors = refused(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()})).errors
    assert places(errors) == [(5, "object_lat")]


def test_column_names_that_stand_there_once_more_are_one_fault(project, tmp_path):
    text = "\n".join([HEAD, KINDS, CELLS, HEAD, KINDS, "o2\to1.png"])
    (error,) = refused(
        project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()})
    ).errors
    assert error["line"] == 4 and "two tables" in error["message"]


@pytest.mark.parametrize(("mark", "name"), [(" ", "spaces"), ("|", "vertical bars"), (";", "semicolons")])
def test_the_mark_between_the_cells_is_named(project, tmp_path, mark, name):
    text = "\n".join([HEAD + "\tobject_lat", KINDS + "\t[f]", CELLS + "\t1"]).replace("\t", mark)
    (error,) = refused(
        project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()})
    ).errors
    assert f"separated by {name}" in error["message"]


@pytest.mark.parametrize(
    ("cells", "line", "column", "words"),
    [
        ([{"sample_id": "é"}, {"sample_id": "e\u0301"}], 4, "sample_id", "how a letter is written"),
        ([{"sample_id": "S1"}, {"sample_id": "s1"}], 4, "sample_id", "only in case"),
        ([{"acq_id": "a 1"}, {"acq_id": "a\u00a01"}], 4, "acq_id", "only in spaces"),
        ([{"object_id": "o1"}, {"object_id": "o1\u200b"}], 4, "object_id", "line 3"),
        ([{"object_id": "o\u200b"}, {"object_id": "o"}], 4, "object_id", "line 3"),
        ([{"object_time": "0930"}], 3, "object_time", "no date"),
        ([{"object_date": "99991231"}], 3, "object_date", "future"),
    ],
)
def test_what_is_hardly_meant_is_said(project, tmp_path, cells, line, column, words):
    rows = [row(number, **{"acq_id": f"a{number}", **more}) for number, more in enumerate(cells, 1)]
    (warning,) = warnings_of(project, package(tmp_path / "p.zip", rows))
    assert places([warning]) == [(line, column)] and words in warning["message"]


def test_a_sample_that_looks_like_one_of_the_project(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1, sample_id="Été", acq_id="a1")]))
    (warning,) = warnings_of(
        project, package(tmp_path / "q.zip", [row(2, sample_id="E\u0301te\u0301", acq_id="a2")])
    )
    assert warning["column"] == "sample_id" and "in the project" in warning["message"]


def test_what_could_not_be_read_is_not_said_to_be_missing(project, tmp_path):
    cells = {"object_lat": "north", "object_lon": "7", "object_annotation_status": "validated"}
    path = package(tmp_path / "p.zip", [row(1, **cells, object_annotation_category="x" * 201)])
    failure = refused(project, path)
    assert {error["column"] for error in failure.errors} == {"object_lat", "object_annotation_category"}
    assert len(failure.errors) == 2 and not failure.warnings


# --- Two answers to one question --------------------------------------------------------------------------------------


def labelled(number: int, name: str, **more: object) -> dict:
    return row(number, object_annotation_status="validated", object_annotation_category=name, **more)


def test_one_number_with_two_names(project, tmp_path):
    rows = [
        labelled(n, name, object_annotation_category_id=77) for n, name in enumerate(["Oithona", "Salpa"], 1)
    ]
    (warning,) = warnings_of(project, package(tmp_path / "p.zip", rows))
    assert places([warning]) == [(4, "object_annotation_category")]
    assert "called Salpa here and Oithona in line 3" in warning["message"]


def test_a_number_that_the_site_calls_otherwise(project, tmp_path):
    run_import(
        project, package(tmp_path / "p.zip", [labelled(1, "Oithona", object_annotation_category_id=77)])
    )
    path = package(tmp_path / "q.zip", [labelled(2, "Salpa", object_annotation_category_id=77)])
    (warning,) = warnings_of(project, path)
    assert "called Salpa here and Oithona on this site" in warning["message"]


@pytest.mark.parametrize(("other", "count"), [("Fishella>egg", 1), ("living>Crabella>egg", 0)])
def test_two_lineages_of_one_label(project, tmp_path, other, count):
    lineages = {"object_annotation_hierarchy": "Crabella>egg", "object_seston_lineage": other}
    warnings = warnings_of(project, package(tmp_path / "p.zip", [labelled(1, "egg", **lineages)]))
    assert [warning["column"] for warning in warnings] == ["object_seston_lineage"] * count
