"""An export imported again gives the same project: objects, labels, fields, and the bytes of each picture."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.exports.actions import export_project
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image, Object, ObjectFields, Sample
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from tests.imports.packages import package, png, row, run_import, table, write_zip
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
FREE = {"object_area": "f", "object_mean": "f"}


def run_export(
    project: Project, out: Path, images: bool = True, objects: Filter | None = None, emails: bool = True
) -> dict:
    params = {"images": images, "emails": emails, "filter": (objects or Filter()).as_dict(), "out": str(out)}
    job = Job.objects.create(kind="export_project", project=project, state="running", params=params)
    return export_project(job, Progress(job))


def again(project: Project, tmp_path: Path) -> Project:
    """The project's export, imported into a new project."""
    out = tmp_path / f"export_{project.pk}.zip"
    run_export(project, out)
    copy = Project.objects.create(title="copy")
    run_import(copy, out)
    return copy


def content(project: Project) -> dict[str, list]:
    """All that a package holds, without the numbers that the database gives out."""
    objects = Object.objects.filter(project=project).select_related(
        "wide", "taxon", "annotator", "acquisition"
    )
    columns = dict(
        project.free_columns.filter(level="object", is_number=True).values_list("position", "name")
    )
    rows: dict[str, list] = {}
    for each in objects:
        acquisition = each.acquisition
        numbers = {columns[n]: value for n, value in enumerate(each.wide.values) if value is not None}
        rows[each.wide.original_id] = [
            (
                each.state,
                str(each.taxon),
                each.score,
                each.margin,
                each.entropy,
                str(each.annotator),
                each.labelled_at,
            ),
            (
                each.latitude,
                each.longitude,
                each.depth_min,
                each.depth_max,
                each.taken_at,
                each.has_time,
            ),
            (numbers, each.wide.texts),
            (each.sample.original_id, each.sample.fields),
            (acquisition.original_id, acquisition.instrument, acquisition.pixel_um, acquisition.fields),
            (acquisition.process_original_id, acquisition.process_fields),
            [(i.rank, i.key, i.file_name, i.width, i.height) for i in each.images.all()],
        ]
    return rows


def lines_of(path: Path) -> dict[str, list[list[str]]]:
    """The tables of a package, by their path."""
    with zipfile.ZipFile(path) as file:
        tables = [name for name in file.namelist() if name.endswith(".tsv")]
        texts = {name: io.StringIO(file.read(name).decode("utf-8-sig"), newline="") for name in tables}
    return {name: list(csv.reader(text, delimiter="\t")) for name, text in texts.items()}


@shared_rows
def tow(project, alice, tmp_path) -> Project:
    """Two samples with every state, two people, a picture of two objects, an object with two pictures."""
    ada = {"object_annotation_person_name": "Ada Storm", "object_annotation_person_email": "ada@example.org"}
    when = {"object_annotation_date": "20151111", "object_annotation_time": "153100.25"}
    place = {
        "object_lat": "43.123456789",
        "object_lon": "-7.25",
        "object_date": "20140420",
        "object_depth_min": "0.1",
    }
    label = {"object_annotation_status": "validated", "object_annotation_category": "egg<Copepoda"}
    doubt = {"object_annotation_status": "dubious", "object_annotation_category": "Aulacantha"}
    guess = {"object_annotation_status": "predicted", "object_annotation_category": "Copepoda"}
    parents = {
        "sample_ship": "Tara",
        "acq_instrument": "zooscan",
        "process_id": "p",
        "process_pixel": "0.0106",
    }
    rows = [
        row(
            1,
            **place,
            **label,
            **ada,
            **when,
            **parents,
            object_time="420",
            object_area="0.1",
            complement_info="odd",
        ),
        row(2, **place, **doubt, object_note='say "hi"\tthere', object_mean="1e300", object_link="http://x"),
        row(
            3,
            **guess,
            object_seston_score="0.123456789012345",
            object_seston_margin="0.5",
            object_seston_entropy="0.25",
            sample_id="s/2: ü",
        ),
        row(4, img_file_name="o3.png", sample_id="s/2: ü"),
        row(1, **parents, img_file_name="more.png", img_rank="7"),
    ]
    quoted = table(rows, FREE).replace('say "hi"\tthere', '"say ""hi""\tthere\r\nand there"')
    pictures = {name: png(n, (9 + n, 5)) for n, name in enumerate(["o1.png", "o2.png", "o3.png", "more.png"])}
    run_import(project, write_zip(tmp_path / "tow.zip", {"ecotaxa_t.tsv": quoted, **pictures}), alice)
    return project


def test_an_export_comes_back_as_it_was(tow, tmp_path):
    before = content(tow)
    assert len(before) == 4 and before["o2"][2][1]["note"] == 'say "hi"\tthere\r\nand there'
    assert before["o1"][0][6] == datetime(2015, 11, 11, 15, 31, 0, 250000, tzinfo=UTC)
    assert content(again(tow, tmp_path)) == before


def test_the_bytes_of_the_pictures_are_those_that_came_in(storage, tow, tmp_path):
    run_export(tow, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        pictures = {
            name.rsplit("/", 1)[1]: file.read(name) for name in file.namelist() if name.endswith(".png")
        }
    assert set(pictures) == {"o1.png", "o2.png", "o3.png", "more.png"}
    for image in Image.objects.all():
        assert default_storage.open(image.key).read() == pictures[image.file_name]


def test_an_export_into_the_same_project_adds_nothing(tow, tmp_path):
    run_export(tow, tmp_path / "out.zip")
    assert run_import(tow, tmp_path / "out.zip")["message"].startswith("Nothing new")


def test_labels_that_people_gave_here_keep_their_moment(tow, carla, tmp_path):
    moment = datetime(2026, 4, 12, 9, 30, 1, 123456, tzinfo=UTC)
    Object.objects.update(
        state="V", taxon=Object.objects.exclude(taxon=None)[0].taxon, annotator=carla, labelled_at=moment
    )
    copy = again(tow, tmp_path)
    result = Object.objects.filter(project=copy).values_list("state", "annotator__first_name", "labelled_at")
    assert set(result) == {("V", "Carla", moment)}


def test_a_folder_a_sample_with_a_table_as_ecotaxa_reads_it(tow, tmp_path):
    result = run_export(tow, tmp_path / "out.zip")
    assert (result["rows"], result["images"], result["message"]) == (5, 4, "5 lines and 4 images written.")
    tables = lines_of(tmp_path / "out.zip")
    second = Sample.objects.get(original_id="s/2: ü")
    assert list(tables) == ["s1/ecotaxa_s1.tsv", f"s_2__ü_{second.pk}/ecotaxa_s_2__ü_{second.pk}.tsv"]
    header, types, first, *_ = tables["s1/ecotaxa_s1.tsv"]
    cells = dict(zip(header, first, strict=True))
    assert set(types) == {"[t]", "[f]"}
    assert dict(zip(header, types, strict=True))["object_area"] == "[f]"
    assert (cells["object_id"], cells["img_file_name"], cells["img_rank"]) == ("o1", "o1.png", "0")
    assert (cells["object_date"], cells["object_time"]) == ("20140420", "042000")
    assert (cells["object_annotation_status"], cells["object_annotation_category"]) == (
        "validated",
        "egg<Copepoda",
    )
    assert "object_annotation_hierarchy" not in cells, "EcoTaxa would refuse the package"
    assert cells["object_seston_lineage"] == "egg<Copepoda"
    assert (cells["object_annotation_date"], cells["object_annotation_time"]) == ("20151111", "153100.250000")
    assert (cells["sample_id"], cells["sample_ship"], cells["acq_id"], cells["process_id"]) == (
        "s1",
        "Tara",
        "a1",
        "p",
    )


def test_elsewhere_the_taxa_grow_on_the_same_branches(project, alice, tmp_path):
    label = {"object_annotation_category": "egg<Copepoda", "object_annotation_status": "validated"}
    branch = {"object_annotation_hierarchy": "Animalia>Crustacea>Copepoda>egg"}
    odd = {"object_annotation_category": "A>B", "object_annotation_status": "validated"}
    bring = package(tmp_path / "p.zip", [row(1, **label, **branch), row(2, **odd)])
    run_import(project, bring, alice)
    run_export(project, tmp_path / "out.zip")
    for taxon in Taxon.objects.all():  # a site that knows none of them
        Taxon.objects.filter(pk=taxon.pk).update(
            name=f"old {taxon.name}", display_name=f"old {taxon.display_name}"
        )
    run_import(Project.objects.create(title="copy"), tmp_path / "out.zip", alice)
    egg = Taxon.objects.get(display_name="egg<Copepoda")
    branch = [Taxon.objects.get(pk=pk).display_name for pk in egg.path]
    assert branch == ["Animalia", "Crustacea", "Copepoda", "egg<Copepoda"]
    assert Taxon.objects.get(display_name="A>B").parent is None


def test_a_date_without_a_time_has_none_in_the_table(tow, tmp_path):
    run_export(tow, tmp_path / "out.zip")
    header, _, *lines = lines_of(tmp_path / "out.zip")["s1/ecotaxa_s1.tsv"]
    second = dict(zip(header, next(line for line in lines if line[0] == "o2"), strict=True))
    assert (second["object_date"], second["object_time"]) == ("20140420", "")


def test_two_pictures_of_one_name_are_told_apart(project, tmp_path):
    files = {
        "a/ecotaxa_a.tsv": table([row(1, img_file_name="x.y.png"), row(2, img_file_name="same.png")]),
        "b/ecotaxa_b.tsv": table([row(3, img_file_name="x.y.png"), row(4, img_file_name="same.png")]),
        "a/x.y.png": png(1),
        "b/x.y.png": png(2),
        "a/same.png": png(3),
        "b/same.png": png(3),
    }
    run_import(project, write_zip(tmp_path / "p.zip", files))
    copy = again(project, tmp_path)
    for name in ("o1", "o2", "o3", "o4"):
        first, second = Image.objects.filter(object__wide__original_id=name).order_by("object__project")
        assert first.key == second.key
    ids = (
        Image.objects.filter(object__project=project, file_name="x.y.png")
        .order_by("id")
        .values_list("id", flat=True)
    )
    names = Image.objects.filter(object__project=copy).order_by("object").values_list("file_name", flat=True)
    assert list(names) == [f"x.y_{ids[0]}.png", "same.png", f"x.y_{ids[1]}.png", "same.png"]


def test_without_images_only_the_tables(tow, tmp_path):
    result = run_export(tow, tmp_path / "out.zip", images=False)
    assert (result["rows"], result["images"]) == (5, 0)
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        assert all(name.endswith(".tsv") for name in file.namelist())


def test_only_what_matches_the_filter(tow, tmp_path):
    run_export(tow, tmp_path / "out.zip", objects=Filter.parse({"state": "predicted"}))
    (lines,) = lines_of(tmp_path / "out.zip").values()
    assert [line[0] for line in lines[2:]] == ["o3"]


def test_batches_make_one_table(project, tmp_path, monkeypatch):
    monkeypatch.setattr("annotations.exports.lines.BATCH", 3)
    run_import(project, package(tmp_path / "p.zip", [row(n) for n in range(10)]))
    run_export(project, tmp_path / "out.zip")
    (lines,) = lines_of(tmp_path / "out.zip").values()
    assert [line[0] for line in lines[2:]] == [f"o{n}" for n in range(10)]


def test_no_export_is_there_when_it_did_not_finish(tow, tmp_path):
    Image.objects.filter(file_name="o2.png").update(key="v/00/00/" + "0" * 60 + ".png")
    with pytest.raises(JobError, match=r"picture o2\.png of sample s"):
        run_export(tow, tmp_path / "out.zip")
    assert not list(tmp_path.glob("out.*"))


def test_the_command(tow, tmp_path, capsys):
    call_command("export", str(tmp_path / "out.zip"), project=tow.title)
    assert "5 lines and 4 images written." in capsys.readouterr().out
    assert len(lines_of(tmp_path / "out.zip")) == 2
    with pytest.raises(CommandError, match="no project 'Nowhere'"):
        call_command("export", str(tmp_path / "out.zip"), project="Nowhere")


# --- Any text, any number -----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: text == text.strip()
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False) | st.none()


def fields_of(project: Project) -> dict[str, list]:
    """The free columns of object and sample, by the object's name."""
    return {name: values[2:4] for name, values in content(project).items()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(TEXTS, NUMBERS, st.none() | TEXTS), min_size=1, max_size=4))
def test_any_cell_comes_back_as_it_was(tmp_path, cells):
    source = Project.objects.create(title="source")
    source.free_columns.create(level="object", name="number", is_number=True, position=0)
    source.free_columns.create(level="object", name="note")
    source.free_columns.create(level="sample", name="note")
    sample = Sample.objects.create(project=source, original_id="s", fields={"note": cells[0][0]})
    acquisition = Acquisition.objects.create(sample=sample, original_id="a")
    key = "v/00/00/" + "1" * 60 + ".png"
    if not default_storage.exists(key):
        default_storage.save(key, io.BytesIO(png()))
    for n, (name, number, note) in enumerate(cells):
        created = Object.objects.create(project=source, sample=sample, acquisition=acquisition)
        texts = {"note": note} if note else {}
        name = f"{n} {name}"[:255].strip()
        ObjectFields.objects.create(
            object=created, project=source, original_id=name, values=[number], texts=texts
        )
        Image.objects.create(object=created, key=key, file_name="i.png", width=7, height=5)
    copy = again(source, tmp_path)
    assert fields_of(copy) == fields_of(source)
    Object.objects.all().delete()
    Project.objects.filter(title__in=["source", "copy"]).delete()


def test_what_nobody_looked_at_leaves_the_site_as_predicted(tow, tmp_path):
    guess = Object.objects.get(wide__original_id="o3")
    Object.objects.filter(pk=guess.pk).update(state="M")
    run_export(tow, tmp_path / "out.zip")
    header, _, line, *_ = list(lines_of(tmp_path / "out.zip").values())[1]
    cells = dict(zip(header, line, strict=True))
    assert (cells["object_id"], cells["object_annotation_status"]) == ("o3", "predicted")
    assert (cells["object_annotation_category"], cells["object_annotation_person_name"]) == ("Copepoda", "")
    assert cells["object_seston_score"] == "0.123456789012345"
