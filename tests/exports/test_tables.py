"""One table of objects: any columns, of any filter, read back by the readers that people use."""

import csv
import io
import zipfile
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq
import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.common.spreadsheet import neutralised
from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.progress import Progress
from annotations.projects.models import Licence, Project
from annotations.samples.models import Acquisition, Image, Object, ObjectFields, Sample
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def nets(project, alice, tmp_path) -> Project:
    """Two samples, numbers and odd texts, an object with two pictures, one that a model knows."""
    label = {"object_annotation_status": "validated", "object_annotation_category": "Copepoda"}
    guess = {"object_annotation_status": "predicted", "object_annotation_category": "Copepoda"}
    rows = [
        row(1, **label, object_area="0.1", object_mean="1e300", object_note="a,b", object_depth_min="5"),
        row(1, img_file_name="more.png", img_rank="7"),
        row(2, **guess, object_area="", object_mean="-3", object_note='say "hi"', sample_id="s2"),
        row(3, object_mean="7", object_note="x\x1fy"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows, {"object_area": "f", "object_mean": "f"}), alice)
    project.licence = Licence.CC_BY
    project.save()
    return project


def exported(
    project: Project, alice, format_name: str, params: dict | None = None, **more
) -> zipfile.ZipFile:
    objects = Filter.parse(params or {})
    more = {"images": "none", **more}
    job = start_export(project=project, user=alice, format_name=format_name, object_filter=objects, **more)
    export_project(job, Progress(job))
    return zipfile.ZipFile(export_path(job))


def cells(archive: zipfile.ZipFile, name: str, delimiter: str = ",") -> list[dict]:
    text = io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


@pytest.mark.parametrize(("format_name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_line_an_object_with_every_column(nets, alice, format_name, delimiter):
    with exported(nets, alice, format_name) as archive:
        lines = cells(archive, f"objects.{format_name}", delimiter)
        columns = cells(archive, "columns.csv")
    by_name = {line["object_id"]: line for line in lines}
    assert set(by_name) == {"o1", "o2", "o3"}
    first, second, third = (by_name[name] for name in ("o1", "o2", "o3"))
    assert (first["object_area"], first["object_mean"], first["object_note"]) == ("0.1", "1e+300", "a,b")
    assert (second["object_area"], second["object_mean"], second["object_note"]) == ("", "-3", 'say "hi"')
    assert (third["object_mean"], third["object_note"]) == ("7", "x\x1fy")
    states = [line["object_annotation_status"] for line in (first, second, third)]
    assert states == ["validated", "predicted", "unclassified"]
    assert (first["img_file_name"], first["sample_id"], second["sample_id"]) == ("o1.png", "s1", "s2")
    assert [column["column"] for column in columns] == list(first)
    assert {column["column"]: column["unit"] for column in columns}["object_depth_min"] == "m"


def test_columns_are_chosen_and_kept_in_order(nets, alice):
    columns = "object_mean, object_id,sample_id"
    with exported(nets, alice, "csv", {"state": "validated"}, options={"columns": columns}) as archive:
        assert archive.read("objects.csv").decode() == "\ufeffobject_mean,object_id,sample_id\n1e+300,o1,s1\n"


def test_a_column_that_is_not_there_is_refused_before_the_job(nets, alice):
    with pytest.raises(ValidationError, match="no column object_size"):
        start_export(
            project=nets, user=alice, format_name="csv", options={"columns": "object_id,object_size"}
        )


def test_parquet_has_types_terms_and_the_same_cells(nets, alice, tmp_path):
    with exported(nets, alice, "parquet") as archive:
        table = pq.read_table(io.BytesIO(archive.read("objects.parquet")))
    rows = {line["object_id"]: line for line in table.to_pylist()}
    assert [rows[name]["object_area"] for name in ("o1", "o2", "o3")] == [0.1, None, None]
    assert [rows[name]["object_mean"] for name in ("o1", "o2", "o3")] == [1e300, -3.0, 7.0]
    assert [rows[name]["object_note"] for name in ("o1", "o2", "o3")] == ["a,b", 'say "hi"', "x\x1fy"]
    assert table.schema.metadata[b"licence"] == b"CC BY 4.0: name who made it"
    assert table.schema.field("object_depth_min").metadata[b"unit"] == b"m"


def test_the_card_says_how_many_of_what_and_whose(nets, alice):
    with exported(nets, alice, "csv", {"state": ["validated", "predicted"]}) as archive:
        card = archive.read("README.md").decode()
    assert "2 objects" in card and "| Copepoda | 2 | 1 | 1 |" in card
    assert "CC BY 4.0" in card and "Citation: The members of the project" in card
    assert "`state=predicted&state=validated`" in card or "`state=validated&state=predicted`" in card


@pytest.mark.parametrize(
    ("layout", "paths"),
    [
        ("sample", ["s1/{1}_0.png", "s1/{1}_7.png", "s1/{3}_0.png", "s2/{2}_0.png"]),
        (
            "taxon",
            ["Copepoda/{1}_0.png", "Copepoda/{1}_7.png", "Copepoda/{2}_0.png", "unclassified/{3}_0.png"],
        ),
        ("flat", ["{1}_0.png", "{1}_7.png", "{2}_0.png", "{3}_0.png"]),
    ],
)
def test_pictures_lie_by_sample_by_taxon_or_flat(nets, alice, layout, paths):
    names = dict(Object.objects.filter(project=nets).values_list("wide__original_id", "pk"))
    ids = [0, *(names[f"o{number}"] for number in (1, 2, 3))]
    with exported(nets, alice, "csv", images="all", options={"layout": layout}) as archive:
        inside = [name for name in archive.namelist() if name.startswith("images/")]
        lines = cells(archive, "objects.csv")
    assert sorted(inside) == sorted(f"images/{path.format(*ids)}" for path in paths)
    named = {line["object_id"]: line["img_path"] for line in lines}
    firsts = [path for path in inside if path.endswith("_0.png")]
    assert sorted(named.values()) == sorted(firsts)
    assert named["o3"].endswith(f"/{ids[3]}_0.png")


@pytest.mark.parametrize(
    "file_name", ["a.b.TIFF", ".png", "x/.png", "plain", "ends.", "odd.t if", "tow.péng"]
)
def test_a_path_ends_as_the_name_of_its_picture_where_that_is_plain(nets, alice, file_name):
    Image.objects.filter(object__project=nets, object__wide__original_id="o3").update(file_name=file_name)
    with exported(nets, alice, "csv", images="all", options={"layout": "flat"}) as archive:
        (path,) = (line["img_path"] for line in cells(archive, "objects.csv") if line["object_id"] == "o3")
        assert path in archive.namelist()
    assert PurePosixPath(path).suffix == (".tiff" if file_name == "a.b.TIFF" else "")


def test_a_table_with_its_pictures_comes_in_again(nets, alice):
    with exported(nets, alice, "csv", images="first") as archive:
        path = Path(archive.filename)
    copy = Project.objects.create(title="A copy")
    copy.members.add(alice, through_defaults={"role": "manager"})
    assert run_import(copy, path, alice)["objects"] == 3
    facts = (
        "object__wide__original_id",
        "object__taxon",
        "object__state",
        "object__sample__original_id",
        "key",
    )
    one, other = (
        set(Image.objects.filter(object__project=which, rank=0).values_list(*facts)) for which in (nets, copy)
    )
    assert one == other


def test_without_pictures_none_is_said_to_lie_anywhere(nets, alice):
    with exported(nets, alice, "csv") as archive:
        assert {line["img_path"] for line in cells(archive, "objects.csv")} == {""}


def test_objects_without_a_taxon_lie_apart_from_a_taxon_of_that_name(nets, alice):
    Taxon.objects.filter(display_name="Copepoda").update(name="Unclassified", display_name="Unclassified")
    with exported(nets, alice, "csv", images="first", options={"layout": "taxon"}) as archive:
        named = {line["object_id"]: line["img_path"].split("/")[1] for line in cells(archive, "objects.csv")}
    assert named["o1"] == named["o2"] != named["o3"] == "unclassified"


@pytest.mark.parametrize(("format_name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_no_text_is_a_formula_of_a_spreadsheet(nets, alice, format_name, delimiter):
    texts = ["=1+2", " -cmd", "@a", "＝b", "\r=c", "-3", "+1e5", "-.5", "a=b", "'=d", "", "-1.2.3", "é"]
    ObjectFields.objects.filter(object__project=nets).update(
        texts={f"text{place}": text for place, text in enumerate(texts)}
    )
    for place in range(len(texts)):
        nets.free_columns.create(level="object", name=f"text{place}")
    Sample.objects.filter(project=nets, original_id="s1").update(original_id="=HYPERLINK(1)")
    Taxon.objects.filter(display_name="Copepoda").update(name="+Copepoda", display_name="+Copepoda")
    with exported(nets, alice, format_name) as archive:
        line = cells(archive, f"objects.{format_name}", delimiter)[0]
        assert archive.read("columns.csv").decode().startswith("\ufeff")
    written = [line[f"object_text{place}"] for place in range(len(texts))]
    assert written == [neutralised(text) for text in texts]
    assert (line["sample_id"], line["object_mean"]) == ("'=HYPERLINK(1)", "1e+300")
    assert (line["object_annotation_category"], line["object_seston_lineage"]) == ("'+Copepoda", "'+Copepoda")


def test_in_parquet_texts_are_as_they_are_and_one_empty_cell_is_a_row(nets, alice):
    Sample.objects.filter(project=nets, original_id="s1").update(original_id="=1")
    columns = {"columns": "object_annotation_category"}
    with exported(nets, alice, "parquet", options=columns) as archive:
        rows = pq.read_table(io.BytesIO(archive.read("objects.parquet"))).to_pylist()
    assert [row["object_annotation_category"] for row in rows] == ["Copepoda", "Copepoda", None]
    with exported(nets, alice, "parquet", options={"columns": "sample_id"}) as archive:
        rows = pq.read_table(io.BytesIO(archive.read("objects.parquet"))).to_pylist()
    assert [row["sample_id"] for row in rows] == ["=1", "s2", "=1"]


# as an import takes them: any text but NUL, any number that is one
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False) | st.none()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, st.none() | TEXTS), min_size=1, max_size=4))
def test_any_cell_is_the_same_in_parquet(alice, rows):
    source = Project.objects.create(title="source")
    source.members.add(alice, through_defaults={"role": "manager"})
    for position, name in enumerate(("first", "second")):
        source.free_columns.create(level="object", name=name, is_number=True, position=position)
    source.free_columns.create(level="object", name="note")
    sample = Sample.objects.create(project=source, original_id="s")
    acquisition = Acquisition.objects.create(sample=sample, original_id="a")
    for number, (first, second, note) in enumerate(rows):
        created = Object.objects.create(project=source, sample=sample, acquisition=acquisition)
        texts = {} if note is None else {"note": note}
        name = f"o{number}"
        ObjectFields.objects.create(
            object=created, project=source, original_id=name, values=[first, second], texts=texts
        )
    with exported(source, alice, "parquet") as archive:
        table = pq.read_table(io.BytesIO(archive.read("objects.parquet")))
    names = ["object_first", "object_second", "object_note"]
    assert [tuple(row[name] for name in names) for row in table.to_pylist()] == rows
    Object.objects.filter(project=source).delete()
    source.delete()
