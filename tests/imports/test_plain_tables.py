"""Tables of any program: what columns hold is known by their names, or as a person says; all that is wrong is told."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.imports import registry
from annotations.imports.archive import Package
from annotations.imports.formats.folders import LABELS, Folders
from annotations.imports.forms import PackageForm
from annotations.imports.plain.roles import roles_of
from annotations.imports.registry import Precedence, formats, recognised
from annotations.jobs.errors import JobError
from annotations.samples.models import FreeColumn, Image, Object, ObjectFields, Sample, State
from tests.imports.packages import png, run_import, write_zip


def archive(path: Path, text: str | bytes, *pictures: str, name: str = "ifcb.csv") -> Path:
    return write_zip(path / "tow12.zip", {name: text, **{file: png(n) for n, file in enumerate(pictures)}})


def stored(name: str) -> Object:
    return Object.objects.get(wide__original_id=name)


@pytest.mark.django_db
def test_columns_are_known_by_their_names(project, alice, tmp_path):
    text = (
        "file,label,station,lat,lon,date,time,depth,area,remark\n"
        "a.png,Copepoda,S1,43.5,7.25,2024-05-01,10:30,5,12.5,torn\n"
        "sub/b.png,,S2,,,,,,7,\n"
    )
    result = run_import(project, archive(tmp_path, text, "a.png", "sub/b.png"), alice, create_taxa=True)
    assert (result["format"], result["objects"], result["samples"]) == ("table", 2, 2)
    one, other = stored("a.png"), stored("sub/b.png")
    assert (one.state, one.taxon.name, one.annotator) == (State.VALIDATED, "Copepoda", alice)
    assert (one.latitude, one.longitude, one.depth_min, one.depth_max) == (43.5, 7.25, 5, 5)
    assert one.taken_at == datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    assert (other.state, other.sample.original_id, other.latitude) == (State.UNCLASSIFIED, "S2", None)
    kinds = dict(FreeColumn.objects.values_list("name", "is_number"))
    assert kinds == {"area": True, "remark": False}
    fields = ObjectFields.objects.get(object=one)
    assert (fields.values, fields.texts) == ([12.5], {"remark": "torn"})


@pytest.mark.django_db
def test_a_person_says_what_other_columns_hold(project, alice, tmp_path):
    text = "Bild;Art;Fläche\na.png;Noctiluca;1,5\n"
    result = run_import(
        project,
        archive(tmp_path, text.encode("cp1252"), "a.png"),
        alice,
        create_taxa=True,
        columns="picture=Bild, taxon=Art",
        labels="predicted",
    )
    assert result["objects"] == 1
    assert (stored("a.png").state, stored("a.png").taxon.name) == (State.PREDICTED, "Noctiluca")
    assert ObjectFields.objects.get().values == [1.5]
    assert Sample.objects.get().original_id == "tow12"


@pytest.mark.django_db
def test_occurrences_of_darwin_core(project, alice, tmp_path):
    text = (
        "occurrenceID\tscientificName\thigherClassification\tdecimalLatitude\tdecimalLongitude\teventDate\t"
        "identifiedBy\tassociatedMedia\n"
        "o1\tCalanus\tAnimalia|Copepoda\t-12.5\t170\t2023-01-02T03:04:05Z\tAda\tm/1.png\n"
    )
    path = archive(tmp_path, text, "m/1.png", name="occurrence.tsv")
    run_import(project, path, alice, create_taxa=True)
    one = stored("o1")
    assert (one.taxon.name, one.taxon.parent.name) == ("Calanus", "Copepoda")
    assert one.taken_at == datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert one.annotator.display_name == "Ada"


@pytest.mark.django_db
def test_several_pictures_of_an_object_and_the_same_table_again(project, alice, tmp_path):
    text = "id,file,status,taxon\no1,a.png,predicted,Copepoda\no1,b.png,predicted,Copepoda\no2,c.png,,\n"
    path = archive(tmp_path, text, "a.png", "b.png", "c.png")
    first = run_import(project, path, alice, create_taxa=True)
    assert (first["objects"], Image.objects.filter(object=stored("o1")).count()) == (2, 2)
    again = run_import(project, path, alice, create_taxa=True)
    assert (again["objects"], again["created"], Object.objects.count()) == (0, 0, 2)


@pytest.mark.django_db
def test_all_that_is_wrong_is_told_with_line_and_column_and_nothing_is_written(project, alice, tmp_path):
    text = (
        "id,file,lat,taxon,sample\n"
        "o1,a.png,143,Copepoda,S1\n"
        "o2,missing.png,1,Copepoda,S1\n"
        "o1,a.png,1,Copepoda,S1\n"
        "o1,b.png,1,Calanus,S2\n"
        "o3,,1,,S1\n"
        "o4,c.png,1,,S1,7\n"
    )
    path = archive(tmp_path, text, "a.png", "b.png", "c.png")
    with pytest.raises(JobError) as error:
        run_import(project, path, alice, create_taxa=True)
    places = {(e["file"], e["line"], e["column"]) for e in error.value.errors}
    assert places == {
        ("ifcb.csv", 2, "lat"),
        ("ifcb.csv", 3, "file"),
        ("ifcb.csv", 4, None),
        ("ifcb.csv", 5, "sample"),
        ("ifcb.csv", 5, "taxon"),
        ("ifcb.csv", 6, "file"),
        ("ifcb.csv", 7, None),
    }
    assert not Object.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("bild,taxon\na.png,x\n", "", "No column names the pictures; the columns are bild, taxon."),
        ("file,taxon\na.png,x\n", "taxon=Art", "No column is called 'Art': there are file, taxon."),
        ("file,taxon\na.png,x\n", "colour=taxon", "Write role=column"),
        ("file,area,area\na.png,1,2\n", "", "The column occurs twice."),
        ("file,taxon\n", "", "The table has no line."),
        ("", "", "No column names the pictures; the columns are none."),
    ],
)
def test_a_header_that_says_too_little(project, alice, tmp_path, text, columns, words):
    with pytest.raises(JobError) as error:
        run_import(project, archive(tmp_path, text, "a.png"), alice, columns=columns)
    assert any(words in entry["message"] for entry in error.value.errors)


@pytest.mark.django_db
def test_what_the_project_knows_as_text_stays_text(project, alice, tmp_path):
    run_import(project, archive(tmp_path, "file,net\na.png,WP2\n", "a.png"), alice)
    run_import(project, archive(tmp_path, "file,net\nb.png,7\n", "b.png"), alice)
    assert ObjectFields.objects.get(object=stored("b.png")).texts == {"net": "7"}
    number = archive(tmp_path, "file,net,area\nc.png,x,1\n", "c.png")
    run_import(project, number, alice)
    with pytest.raises(JobError) as error:
        run_import(project, archive(tmp_path, "file,area\nd.png,large\n", "d.png"), alice)
    [entry] = error.value.errors
    assert (entry["line"], entry["column"]) == (2, "area")


@pytest.mark.django_db
def test_what_is_the_same_for_all_is_given_once_and_what_a_line_has_goes_before(project, alice, tmp_path):
    path = archive(tmp_path, "file,lat,date\na.png,1,\nb.png,,2023-01-01\n", "a.png", "b.png")
    constants = (
        "latitude=43.5, longitude=7, date=2024-05-01, time=10:30, depth_min=0, instrument=P2, pixel_um=1.2"
    )
    run_import(project, path, alice, constants=constants)
    one, other = stored("a.png"), stored("b.png")
    assert (one.latitude, other.latitude, one.longitude, one.depth_min) == (1, 43.5, 7, 0)
    assert one.taken_at == datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    assert (other.taken_at, other.has_time) == (datetime(2023, 1, 1, tzinfo=UTC), False)
    acquisition = one.acquisition
    assert (acquisition.instrument, acquisition.pixel_um, acquisition.pixel_source) == (
        "P2",
        1.2,
        "said at the import",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constants", "words"),
    [
        ("colour=red", "'colour' can't be the same for all objects"),
        ("latitude=99", "latitude: '99' is no latitude"),
        ("pixel_um=0", "pixel_um has no value"),
        ("latitude", "latitude has no value"),
    ],
)
@pytest.mark.parametrize("text", ["file,taxon\na.png,x\n", None])
def test_constants_that_can_t_be_read_stop_the_import(project, alice, tmp_path, constants, words, text):
    files = {"copepod/a.png": png()} if text is None else {"t.csv": text, "a.png": png()}
    with pytest.raises(JobError) as error:
        run_import(project, write_zip(tmp_path / "x.zip", files), alice, constants=constants)
    assert [words in entry["message"] for entry in error.value.errors] == [True]
    assert not Object.objects.exists()


@pytest.mark.django_db
def test_folders_take_constants_too(project, alice, tmp_path):
    files = {"copepod/a.png": png()}
    run_import(project, write_zip(tmp_path / "x.zip", files), alice, constants="latitude=-3; date=2024-05-01")
    one = Object.objects.get()
    assert (one.latitude, one.taken_at, one.has_time) == (-3, datetime(2024, 5, 1, tzinfo=UTC), False)


def test_the_page_asks_each_thing_once():
    form = PackageForm()
    groups = [*form.first_groups(), *form.other_groups()]
    names = [field.name for _, fields in groups for field in fields]
    assert sorted(names) == sorted(set(names))
    titles = {field.name: title for title, fields in groups for field in fields}
    asking = [each.title for each in formats().values() if LABELS in each.options]
    assert titles["labels"] == ", ".join(asking)
    assert titles["columns"] == "Table with pictures"


def test_which_package_is_one(tmp_path):
    def format_of(*paths: str) -> str | None:
        with Package(write_zip(tmp_path / "x.zip", dict.fromkeys(paths, ""))) as package:
            return form.name if (form := recognised(package)) else None

    assert format_of("a.csv", "1.png") == "table"
    assert format_of("ecotaxa_a.tsv", "1.png") == "ecotaxa"
    assert format_of("copepod/1.png") == "folders"
    assert format_of("a.csv") is None


@pytest.mark.parametrize("others", [{"copepod/1.png": ""}, {"a.csv": "file\n1.png\n", "1.png": ""}])
def test_what_another_format_knows_is_no_table_and_no_folder(tmp_path, others):
    coco, geojson = '{"images": []}', '{"type": "FeatureCollection", "features": []}'
    for name, files in (("coco", {"a.json": coco}), ("geojson", {"1.geojson": geojson})):
        with Package(write_zip(tmp_path / f"{name}.zip", {**others, **files})) as package:
            form = recognised(package)
            assert form is not None and form.name == name


def test_a_new_format_goes_before_folders_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_formats", dict(formats()))

    @registry.import_format
    class Sorted(Folders):
        name = "sorted"
        precedence = Precedence.USUAL

    with Package(write_zip(tmp_path / "x.zip", {"copepod/1.png": ""})) as package:
        form = recognised(package)
        assert form is not None and form.name == "sorted"


def test_of_two_columns_the_likelier_has_the_role():
    assert roles_of(["label", "taxon", "id"], {}) == {"taxon": "taxon", "id": "id"}
    assert roles_of(["File name", "taxon"], {"picture": "file name"}) == {
        "File name": "picture",
        "taxon": "taxon",
    }


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=32)
cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
).map(str.strip)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    notes=st.lists(cells.filter(bool), min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t"),
    data=st.data(),
)
def test_texts_and_numbers_come_in_as_they_were(project, alice, tmp_path_factory, notes, delimiter, data):
    numbers = [
        data.draw(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=32))
        for _ in notes
    ]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["file", "number", "note"])
    names = [f"{uuid4()}.png" for _ in notes]  # of another object in each example
    writer.writerows(zip(names, map(repr, numbers), [f"x{note}" for note in notes], strict=True))
    run_import(project, archive(tmp_path_factory.mktemp("t"), buffer.getvalue(), *names), alice)
    for name, number, note in zip(names, numbers, notes, strict=True):
        fields = ObjectFields.objects.get(object=stored(name))
        assert fields.texts["note"] == f"x{note}"
        assert fields.values[0] == pytest.approx(number, rel=1e-6)
