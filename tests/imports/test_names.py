"""Pictures and tables are found by what their names mean, not by how a tool wrote them."""

import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.imports.actions import import_package
from annotations.imports.names import FileNames, decodings, folded
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.samples.models import Image, Object
from tests.imports.packages import import_job, package, png, row, run_import, table, write_zip

pytestmark = pytest.mark.django_db


class Raw(zipfile.ZipInfo):
    """An entry whose name is written as these bytes, without the flag of UTF-8, as older tools do."""

    def __init__(self, name: bytes):
        super().__init__(name.decode("latin-1"))
        self.raw = name

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.flag_bits & ~0x800


def raw_zip(path: Path, files: dict[bytes, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(Raw(name), content)
    return path


def refused(project, path: Path) -> list[str]:
    with pytest.raises(JobError) as failure:
        run_import(project, path)
    assert not Object.objects.exists()
    return [error["message"] for error in failure.value.errors]


def warned(result: dict) -> list[str]:
    return [warning["message"] for warning in result["warnings"]]


# --- Pictures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_composed_and_decomposed_names_are_one(project, tmp_path, there, written):
    name = "méduse_ü.png"
    files = {
        "ecotaxa_t.tsv": table([row(1, img_file_name=unicodedata.normalize(written, name))]),
        unicodedata.normalize(there, name): png(9),
    }
    result = run_import(project, write_zip(tmp_path / "p.zip", files))
    assert (result["images"], result["warnings"]) == (1, [])


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp850", "cp1252", "mac_roman"])
def test_names_in_a_zip_that_does_not_say_their_encoding(project, tmp_path, encoding):
    text = table([row(1, img_file_name="données/méduse_ü.png")])
    files = {b"ecotaxa_t.tsv": text, "données/méduse_ü.png".encode(encoding): png(9)}
    result = run_import(project, raw_zip(tmp_path / "p.zip", files))
    assert (result["images"], result["warnings"]) == (1, [])


def test_the_name_in_a_zips_extra_field(project, tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as file:
        file.writestr("ecotaxa_t.tsv", table([row(1, img_file_name="méduse.png")]))
        entry, name = Raw(b"m?duse.\xffpng"), "méduse.png".encode()
        entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
        file.writestr(entry, png())
    assert run_import(project, tmp_path / "p.zip")["images"] == 1


def test_names_on_disk_in_another_encoding(project, tmp_path):
    folder = tmp_path / "tow"
    folder.mkdir()
    (folder / "ecotaxa_t.tsv").write_text(table([row(1, img_file_name="méduse.png")]))
    (Path(str(folder)) / b"m\xe9duse.png".decode("utf-8", "surrogateescape")).write_bytes(png())
    assert run_import(project, folder)["images"] == 1


@pytest.mark.parametrize(
    ("written", "there", "how"),
    [
        ("IMG_1.JPG", "img_1.jpg", "in other case"),
        ("a.png", "pictures/a.png", "in another folder"),
        ("pictures/a.png", "a.png", "in another folder"),
        ("tow\\pictures\\a.png", "pictures/a.png", "in another folder"),
        ("C:\\data\\tow 1\\a.png", "pictures/a.png", "in another folder"),
        ("/home/ada/tow/a.png", "a.png", "in another folder"),
        ("../pictures/a.png", "pictures/a.png", "in another folder"),
        ("Pictures/A.PNG", "pictures/a.png", "in other case"),
    ],
)
@pytest.mark.parametrize("inside", ["", "tow_Images.zip"])
def test_the_only_picture_that_can_be_meant_is_taken_and_named(
    project, tmp_path, written, there, how, inside
):
    path = write_zip(
        tmp_path / "inner.zip", {"ecotaxa_t.tsv": table([row(1, img_file_name=written)]), there: png()}
    )
    if inside:
        path = write_zip(tmp_path / "p.zip", {inside: path.read_bytes()})
    (warning,) = run_import(project, path)["warnings"]
    assert (warning["line"], warning["column"]) == (3, "img_file_name")
    assert there in warning["message"] and how in warning["message"]
    assert Image.objects.count() == 1


@pytest.mark.parametrize("written", ["./a.png", "sub/../a.png", ".\\a.png"])
def test_ways_to_write_a_path_that_mean_the_same(project, tmp_path, written):
    files = {"ecotaxa_t.tsv": table([row(1, img_file_name=written)]), "a.png": png()}
    assert run_import(project, write_zip(tmp_path / "p.zip", files))["warnings"] == []


@pytest.mark.parametrize(
    ("written", "there", "near"),
    [
        ("Img.png", ["img.PNG", "IMG.png"], "Several may be meant: IMG.png (in other case), img.PNG"),
        ("a.png", ["x/a.png", "y/a.png"], "Several may be meant: x/a.png (in another folder), y/a.png"),
        ("x/a.png", ["y/a.png"], "Near it: y/a.png (in another folder)"),
        ("a.png", ["a.jpg", "a.tif"], "Several may be meant: a.jpg (with another ending), a.tif"),
        ("a.txt", ["a.png"], "Near it: a.png (with another ending)"),
        ("calanus_001.png", ["calanus_01.png", "b.png"], "Near it: calanus_01.png (spelt otherwise)"),
    ],
)
def test_where_several_or_none_can_be_meant_the_near_ones_are_named(project, tmp_path, written, there, near):
    files = {"ecotaxa_t.tsv": table([row(1, img_file_name=written)]), **{name: png() for name in there}}
    (message,) = refused(project, write_zip(tmp_path / "p.zip", files))
    assert message.startswith(f"The picture {written} is not in the package.") and near in message


@pytest.mark.parametrize("written", ["a.1.jpg", "a.1", "A.1"])
@pytest.mark.parametrize("there", ["a.1.png", "pictures/a.1.tif"])
def test_the_only_picture_of_a_name_is_taken_whatever_its_ending(project, tmp_path, written, there):
    content = png(kind="TIFF") if there.endswith("tif") else png()
    files = {"ecotaxa_t.tsv": table([row(1, img_file_name=written)]), there: content}
    (words,) = warned(run_import(project, write_zip(tmp_path / "p.zip", files)))
    assert words.startswith(f"The picture {written} was found as {there} (")


def test_a_picture_of_another_table_is_not_taken(project, tmp_path):
    files = {
        "one/ecotaxa_1.tsv": table([row(1, img_file_name="1.png")]),
        "two/ecotaxa_2.tsv": table([row(2, img_file_name="1.png")]),
        "two/1.png": png(),
    }
    (message,) = refused(project, write_zip(tmp_path / "p.zip", files))
    assert "Near it: two/1.png (in another folder)" in message


def test_a_folder_of_pictures_beside_that_of_the_table(project, tmp_path):
    files = {"tables/ecotaxa_t.tsv": table([row(1)]), "pictures/o1.png": png()}
    result = run_import(project, write_zip(tmp_path / "p.zip", files))
    assert warned(result) == ["The picture o1.png was found as pictures/o1.png (in another folder)."]


NAMES = st.text(
    st.characters(categories=("L", "N", "Mn"), include_characters=" _-."), min_size=1, max_size=20
)


@given(NAMES, st.sampled_from(["NFC", "NFD"]), st.sampled_from([str, str.upper, str.lower, str.title]))
def test_any_name_is_found_in_any_form(name, form, case):
    there = f"pictures/{name}.png"
    written = unicodedata.normalize(form, there)
    match = FileNames([there, "pictures/another.jpg"], {}, ["ecotaxa_t.tsv"]).find("", written)
    assert match.path == there and not match.difference
    other = case(written)
    if folded(other) == folded(there):
        assert FileNames([there], {}, ["ecotaxa_t.tsv"]).find("", other).path == there


@given(
    st.text(st.characters(codec="cp850", min_codepoint=32), min_size=1), st.sampled_from(["cp850", "utf-8"])
)
def test_what_an_encoding_can_write_is_among_what_the_bytes_may_mean(name, encoding):
    assert name in decodings(name.encode(encoding))


# --- Tables ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Ecotaxa_a.tsv",
        "ecotaxa_a.TSV",
        "ECOTAXA_A.TXT",
        "EcoTaxa a.tsv.txt",
        "ecotaxa.tsv",
        "tow/Ecotaxa_a.Tsv",
    ],
)
def test_a_table_is_read_in_any_case(project, tmp_path, name):
    folder = name.rpartition("/")[0]
    files = {name: table([row(1)]), f"{folder}/o1.png".strip("/"): png()}
    assert run_import(project, write_zip(tmp_path / "p.zip", files))["objects"] == 1


def test_two_tables_in_different_case_are_both_read(project, tmp_path):
    files = {
        "ecotaxa_a.tsv": table([row(1)]),
        "Ecotaxa_b.tsv": table([row(2)]),
        "o1.png": png(),
        "o2.png": png(1),
    }
    assert run_import(project, write_zip(tmp_path / "p.zip", files))["objects"] == 2


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"objects.tsv": table([row(1)])}, "There is objects.tsv: save the table"),
        ({"ecotaxa_a.csv": "object_id;img_file_name"}, "There is ecotaxa_a.csv"),
        ({"ecotaxa_a.xlsx": b"PK"}, "There is ecotaxa_a.xlsx"),
        ({"tow.zip": b"PK"}, "There is tow.zip, which was not opened"),
        ({"._ecotaxa_a.tsv": b"mac", "a.png": b""}, "A package needs one called ecotaxa_"),
    ],
)
def test_what_may_be_meant_as_the_table_is_named(project, tmp_path, files, word):
    (message,) = refused(project, write_zip(tmp_path / "p.zip", files))
    assert word in message


def test_messages_name_the_file_as_its_owner_calls_it(project, tmp_path):
    """An upload lies under a name of its own, 397d88f3….zip, which nobody has ever seen."""
    for content in (b"Rar!....", b"", write_zip(tmp_path / "empty.zip", {}).read_bytes()):
        path = tmp_path / "397d88f3.zip"
        path.write_bytes(content)
        job = import_job(project, path)
        job.params["name"] = "tow.zip"
        with pytest.raises(JobError) as failure:
            import_package(job, Progress(job))
        assert [error["file"] for error in failure.value.errors] == ["tow.zip"]
        assert "397d88f3" not in str(failure.value) + str(failure.value.errors)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"a" * 257 + b"ustar", "tar"),
        (table([row(1)]).encode(), "is a table"),
        (png(), "Data, Scans"),
        (b"II*\0\x08\0\0\0", "Data, Scans"),
    ],
)
def test_what_is_called_zip_and_is_none_is_named(project, tmp_path, content, word):
    path = tmp_path / "tow.zip"
    path.write_bytes(content)
    (message,) = refused(project, path)
    assert message.startswith("tow.zip is") and word in message


# --- The text of tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_the_letters_of_a_table_come_in_whole(project, tmp_path, encoding):
    text = "œuf d’été – 5 € ×3"
    content = table([row(1, object_note=text, object_lat="43°30")]).encode(encoding)
    run_import(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": content, "o1.png": png()}))
    assert Object.objects.get().wide.texts == {"note": text}


def test_lines_of_two_encodings_are_each_read_as_what_they_are(project, tmp_path):
    first, second = table([row(1, object_note="œuf")]), table([row(2, object_note="été – 5 €")])
    content = first.encode() + second.splitlines()[2].encode("cp1252") + b"\n"
    files = {"ecotaxa_t.tsv": content, "o1.png": png(), "o2.png": png()}
    (warning,) = run_import(project, write_zip(tmp_path / "p.zip", files))["warnings"]
    notes = [each.wide.texts["note"] for each in Object.objects.order_by("wide__original_id")]
    assert notes == ["œuf", "été – 5 €"] and warning["line"] == 3 and "UTF-8" in warning["message"]


@pytest.mark.parametrize(("encoding", "is_odd"), [("cp850", True), ("mac_roman", True), ("cp1252", False)])
def test_letters_of_an_unlikely_encoding_are_named(project, tmp_path, encoding, is_odd):
    content = table([row(1, object_note="une méduse, l’été d'œufs".replace("’", "'").replace("œ", "oe"))])
    files = {"ecotaxa_t.tsv": content.encode(encoding), "o1.png": png()}
    warnings = run_import(project, write_zip(tmp_path / "p.zip", files))["warnings"]
    assert [(w["line"], "duse" in w["message"]) for w in warnings] == [(3, True)] * is_odd


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_table_of_other_separators(project, tmp_path, mark):
    text = table([row(1)]).replace("\t", mark)
    (message,) = refused(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()}))
    assert "tab-separated" in message


def test_a_damaged_letter_of_another_program_is_named(project, tmp_path):
    result = run_import(project, package(tmp_path / "p.zip", [row(1, object_note="caf�")]))
    assert [(w["line"], "�" in w["message"]) for w in result["warnings"]] == [(3, True)]
