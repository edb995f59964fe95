"""A broken package gives all its errors at once, with file, line, column and remedy, and changes nothing."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from annotations.imports import zip_entries
from annotations.jobs.errors import JobError
from annotations.labels.models import Batch
from annotations.samples.models import FreeColumn, Image, Object, Sample
from annotations.taxonomy.models import Taxon
from tests.imports.packages import package, png, row, run_import, table, write_zip

pytestmark = pytest.mark.django_db


def errors_of(project, path: Path) -> list[dict]:
    """The errors of an import that must fail, having checked that it left nothing behind."""
    with pytest.raises(JobError) as failure:
        run_import(project, path)
    for model in (Object, Image, Sample, FreeColumn, Taxon, Batch):
        assert not model.objects.exists()
    return failure.value.errors


def places(errors: list[dict]) -> list[tuple]:
    return [(error["line"], error["column"]) for error in errors]


def huge_png(side: int) -> bytes:
    """The head of a PNG that says it is that large; its pixels would fill the memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_all_errors_come_at_once(project, tmp_path):
    rows = [
        row(1, object_lat="95", object_date="12.4.2026", object_area="wide"),
        row(2, object_annotation_status="sure", object_annotation_category="Copepoda"),
        row(3, object_annotation_category="Copepoda"),
        row(4, object_annotation_status="validated"),
        row(5, img_file_name=""),
        {**row(6), "object_id": ""},
        row(7, img_rank="-1", object_time="5:31"),
    ]
    errors = errors_of(project, package(tmp_path / "p.zip", rows, {"object_area": "f"}))
    assert sorted(places(errors), key=str) == sorted(
        [
            (3, "object_lat"),
            (3, "object_date"),
            (3, "object_area"),
            (4, "object_annotation_status"),
            (5, "object_annotation_status"),
            (6, "object_annotation_category"),
            (7, "img_file_name"),
            (8, "object_id"),
            (9, "img_rank"),
            (9, "object_time"),
        ],
        key=str,
    )
    assert all(error["file"] == "ecotaxa_test.tsv" and error["message"].endswith(".") for error in errors)


def test_the_same_fault_in_a_thousand_lines_is_one_entry(project, tmp_path):
    rows = [row(n, object_lat=f"north {n}", img_file_name="o.png") for n in range(1100)]
    path = package(tmp_path / "p.zip", [*rows, row(1100, object_date="soon", img_file_name="o.png")])
    with pytest.raises(JobError, match=r"1,101 errors.*listed once") as failure:
        run_import(project, path)
    north, soon = failure.value.errors
    assert (north["line"], north["column"], north["count"]) == (3, "object_lat", 1100)
    assert "The same in 1,099 more lines: 4 (north 1), 5 (north 2)" in north["message"]
    assert (soon["line"], soon["count"]) == (1103, 1) and soon["message"].endswith("20260412.")


def test_a_line_that_stands_twice(project, tmp_path):
    errors = errors_of(project, package(tmp_path / "p.zip", [row(1), row(2), row(1)]))
    assert places(errors) == [(5, "object_id")]
    assert "line 3" in errors[0]["message"]


def test_a_line_that_stands_in_two_tables(project, tmp_path):
    files = {"ecotaxa_1.tsv": table([row(1)]), "ecotaxa_2.tsv": table([row(1)]), "o1.png": png()}
    errors = errors_of(project, write_zip(tmp_path / "p.zip", files))
    assert [(e["file"], e["line"]) for e in errors] == [("ecotaxa_2.tsv", 3)]
    assert "line 3 of ecotaxa_1.tsv" in errors[0]["message"]


def test_an_id_that_stands_for_objects_of_two_samples(project, tmp_path):
    rows = [row(1), row(1, img_file_name="other.png", sample_id="s2")]
    errors = errors_of(project, package(tmp_path / "p.zip", rows))
    assert places(errors) == [(4, "object_id")]
    assert "s1" in errors[0]["message"] and "s2" in errors[0]["message"]


def test_an_id_that_stands_for_an_object_of_another_sample_here(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1)]))
    with pytest.raises(JobError) as failure:
        run_import(project, package(tmp_path / "q.zip", [row(1, sample_id="s2")]))
    assert places(failure.value.errors) == [(3, "object_id")]
    assert Object.objects.count() == 1


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_table(project, tmp_path, text):
    assert errors_of(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text}))


def test_a_table_without_objects(project, tmp_path):
    errors = errors_of(
        project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": "object_id\timg_file_name\n[t]\t[t]\n"})
    )
    assert "no line of objects" in errors[0]["message"]


def test_a_package_without_a_table(project, tmp_path):
    assert "ecotaxa_" in errors_of(project, write_zip(tmp_path / "p.zip", {"a.png": png()}))[0]["message"]


def test_parents_need_their_ids(project, tmp_path):
    rows = [
        {"object_id": "o", "img_file_name": "o.png", "acq_pixel": "1", "sample_ship": "x", "process_x": "y"}
    ]
    errors = errors_of(project, package(tmp_path / "p.zip", rows))
    assert places(errors) == [(1, "sample_id"), (1, "acq_id"), (1, "process_id")]


def test_bad_columns_and_types(project, tmp_path):
    header = "object_id\timg_file_name\tarea\tfish_area\tobject_area\tobject_area"
    text = f"{header}\n[t]\t[t]\t[f]\t[f]\t[H]\t[f]\no\to.png\t1\t1\t1\t1\n"
    errors = errors_of(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o.png": png()}))
    assert places(errors) == [(1, "area"), (1, "fish_area"), (1, "object_area"), (2, "object_area")]


def test_a_table_without_its_line_of_types(project, tmp_path):
    text = "object_id\timg_file_name\to\no1\to1.png\no2\to2.png\n".replace("\to\n", "\n")
    files = {"ecotaxa_t.tsv": text, "o1.png": png(), "o2.png": png()}
    assert places(errors_of(project, write_zip(tmp_path / "p.zip", files))) == [(2, None)]


def test_a_cell_in_a_column_without_a_name(project, tmp_path):
    text = "object_id\timg_file_name\n[t]\t[t]\no\to.png\tstray\n"
    errors = errors_of(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o.png": png()}))
    assert errors[0]["line"] == 3 and "stray" in errors[0]["message"]


def test_a_quotation_mark_that_is_never_closed(project, tmp_path):
    text = 'object_id\timg_file_name\tobject_note\n[t]\t[t]\t[t]\no1\to1.png\t"open\no2\to2.png\t\n'
    files = {"ecotaxa_t.tsv": text, "o1.png": png(), "o2.png": png()}
    assert "quotation mark" in errors_of(project, write_zip(tmp_path / "p.zip", files))[0]["message"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (table([row(1, object_a="a\0b")]).encode(), "NUL"),
        (table([row(1, object_a="caf\udc81")]).encode("latin-1", "surrogateescape"), "Windows-1252"),
    ],
)
def test_a_table_that_is_no_plain_text(project, tmp_path, text, word):
    errors = errors_of(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()}))
    assert [(e["file"], e["line"]) for e in errors] == [("ecotaxa_t.tsv", 3)] and word in errors[0]["message"]


def test_texts_that_are_too_long_for_the_database(project, tmp_path):
    rows = [
        row(
            1,
            object_id="x" * 256,
            sample_id="s" * 300,
            object_annotation_status="validated",
            object_annotation_category="c" * 201,
        )
    ]
    errors = errors_of(project, package(tmp_path / "p.zip", rows))
    assert {"object_id", "sample_id", "object_annotation_category"} <= {error["column"] for error in errors}


def test_a_column_that_was_a_number_and_now_is_text(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1, object_area="1")], {"object_area": "f"}))
    with pytest.raises(JobError) as failure:
        run_import(project, package(tmp_path / "q.zip", [row(2, object_area="1", object_new="2")]))
    assert places(failure.value.errors) == [(2, "object_area")]
    assert [column.name for column in FreeColumn.objects.all()] == ["area"]


def test_a_category_that_is_only_an_unknown_number(project, tmp_path):
    rows = [row(1, object_annotation_status="validated", object_annotation_category_id="85078")]
    assert "85078" in errors_of(project, package(tmp_path / "p.zip", rows))[0]["message"]


# --- Pictures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "word"),
    [
        (png(size=(300, 300), kind="PNG")[:-40], "cut off"),
        (png(size=(300, 300), kind="JPEG")[:-200], "cut off"),
        (huge_png(30_000), "too large"),
        (huge_png(11_000), "too large"),
        (b"", "empty"),
        (b"GIF or so they say", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no picture"),
    ],
)
def test_a_picture_that_cannot_be_shown(project, tmp_path, picture, word):
    errors = errors_of(project, package(tmp_path / "p.zip", [row(1), row(2)], **{"o2.png": picture}))
    assert places(errors) == [(4, "img_file_name")]
    assert "o2.png" in errors[0]["message"] and word in errors[0]["message"]


def test_a_picture_that_is_not_there(project, tmp_path):
    path = write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": table([row(1)])})
    assert "o1.png is not in the package" in errors_of(project, path)[0]["message"]


# --- Zips ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/etc/evil.png", "C:\\evil.png", "a\\..\\..\\evil.png"]
)
def test_names_that_lead_out_of_the_package(project, tmp_path, name):
    errors = errors_of(project, package(tmp_path / "p.zip", [row(1)], **{name: b"boo"}))
    assert "outside the package" in errors[0]["message"]
    assert not (tmp_path.parent / "evil.png").exists()


def test_a_link(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1)])
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("o2.png")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    assert "is a link" in errors_of(project, path)[0]["message"]


def test_a_link_out_of_a_folder(project, tmp_path):
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "ecotaxa_t.tsv").write_text(table([row(1)]))
    (folder / "o1.png").symlink_to("/etc/passwd")
    assert "link that leads out" in errors_of(project, folder)[0]["message"]


def test_a_zip_bomb(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1)], **{"zeros.bin": b"\0" * (zip_entries.RATIO_FROM + 1)})
    assert "zip bomb" in errors_of(project, path)[0]["message"]


def test_more_bytes_than_allowed(project, tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 1000
    path = package(tmp_path / "p.zip", [row(1)], **{"more.bin": bytes(range(256)) * 5})
    assert "SESTON_IMPORT_MAX_BYTES" in errors_of(project, path)[0]["message"]


def test_zips_in_zips_in_zips(project, tmp_path):
    inner = b""
    for _ in range(4):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr("x_Images.zip", inner)
        inner = buffer.getvalue()
    path = write_zip(tmp_path / "p.zip", {"x_Images.zip": inner})
    assert errors_of(project, path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\3\4 and then nothing"])
def test_a_file_that_is_no_zip(project, tmp_path, content):
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    assert "no zip file" in errors_of(project, path)[0]["message"]


def test_a_zip_whose_bytes_were_changed(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(n) for n in range(50)])
    content = bytearray(path.read_bytes())
    content[60:70] = b"\xff" * 10  # inside the packed table
    path.write_bytes(content)
    assert errors_of(project, path)


def test_an_encrypted_zip(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1)])
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\1\2")
    content[start + 8] |= 1  # what a password sets in the directory
    path.write_bytes(content)
    assert "encrypted" in errors_of(project, path)[0]["message"]
