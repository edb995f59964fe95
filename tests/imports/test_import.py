"""What a package brings, from one that is whole; and loads that are cut off, repeated or made at once."""

import os
import signal
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotations.accounts.models import User
from annotations.imports import load, storing, vignettes
from annotations.imports.actions import import_package
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.tally import project_counts
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, Image, Object, ObjectFields, Sample
from annotations.taxonomy.models import Taxon
from tests.imports.packages import import_job, package, png, row, run_import, table, write_zip

pytestmark = pytest.mark.django_db
WHEN = datetime(2015, 11, 11, 15, 31, tzinfo=UTC)


def labelled(number: int, status: str, category: str = "Copepoda", **more: object) -> dict:
    return row(number, object_annotation_status=status, object_annotation_category=category, **more)


def the_object(name: str = "o1") -> Object:
    return Object.objects.select_related("taxon", "annotator").get(wide__original_id=name)


# --- What comes in ------------------------------------------------------------------------------------------


def test_an_object_with_its_picture_position_and_columns(storage, project, tmp_path):
    position = {"object_lat": "43°30", "object_lon": "7.25", "object_date": "20140420", "object_time": "420"}
    depth = {"object_depth_min": "300.0", "object_depth_max": "600"}
    free = {"object_area": "12.5", "object_mean": "nan", "object_by": "Anna", "object_link": "http://x"}
    parents = {
        "sample_ship": "Tara",
        "acq_instrument": "zooscan",
        "acq_sub": "2",
        "process_id": "p1",
        "process_pixel": "0.0106",
    }
    path = package(
        tmp_path / "p.zip",
        [row(1, **position, **depth, **free, **parents)],
        {"object_area": "f", "object_mean": "f"},
    )
    result = run_import(project, path)
    assert (result["objects"], result["images"], result["samples"]) == (1, 1, 1)
    assert result["message"] == "1 object with 1 image of 1 sample imported."
    imported = the_object()
    assert (imported.latitude, imported.longitude) == (43.5, 7.25)
    assert (imported.depth_min, imported.depth_max) == (300, 600)
    assert (imported.taken_at, imported.has_time) == (datetime(2014, 4, 20, 4, 20, tzinfo=UTC), True)
    assert (imported.state, imported.taxon, imported.annotator, imported.version) == ("U", None, None, 1)
    assert imported.wide.values == [12.5, None]
    assert imported.wide.texts == {"by": "Anna", "link": "http://x"}
    sample = Sample.objects.get()
    assert (sample.original_id, sample.fields, sample.latitude) == ("s1", {"ship": "Tara"}, 43.5)
    acquisition = Acquisition.objects.get()
    assert (acquisition.original_id, acquisition.instrument, acquisition.fields) == (
        "a1",
        "zooscan",
        {"sub": "2"},
    )
    assert (acquisition.process_original_id, acquisition.process_fields) == ("p1", {"pixel": "0.0106"})
    assert acquisition.pixel_um == pytest.approx(10.6)
    image = Image.objects.get()
    assert (image.file_name, image.rank, image.width, image.height) == ("o1.png", 0, 7, 5)
    assert default_storage.open(image.key).read() == png(0)


def test_labels_keep_taxon_state_annotator_and_date(project, alice, tmp_path):
    ada = {"object_annotation_person_name": "Ada Storm", "object_annotation_person_email": "ada@example.org"}
    when = {"object_annotation_date": "20151111", "object_annotation_time": "153100"}
    rows = [
        labelled(1, "validated", **ada, **when),
        labelled(2, "Dubious", "egg<Copepoda", **when, object_annotation_person_name="ADA STORM"),
        labelled(
            3,
            "predicted",
            object_seston_score="0.75",
            object_seston_margin="0.5",
            object_seston_entropy="0.25",
        ),
        row(4),
        labelled(5, "validated"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows), alice)
    states = [(o.state, str(o.taxon), str(o.annotator)) for o in Object.objects.order_by("id")]
    assert states == [
        ("V", "Copepoda", "Ada Storm"),
        ("D", "egg<Copepoda", "Ada Storm"),
        ("P", "Copepoda", "None"),
        ("U", "None", "None"),
        ("V", "Copepoda", "Alice"),
    ]
    assert the_object("o1").labelled_at == the_object("o2").labelled_at == WHEN
    guessed = the_object("o3")
    assert (guessed.score, guessed.margin, guessed.entropy) == (0.75, 0.5, 0.25)
    assert (datetime.now(UTC) - the_object("o5").labelled_at).total_seconds() < 60
    ada = User.objects.get(email="ada@example.org")
    assert not ada.is_active and not ada.has_usable_password()


def test_imported_labels_are_logged_and_counted(project, alice, tmp_path):
    rows = [labelled(1, "validated"), labelled(2, "predicted"), row(3)]
    run_import(project, package(tmp_path / "p.zip", rows), alice)
    batch = Batch.objects.get()
    assert (batch.kind, batch.user, batch.changed) == (BatchKind.IMPORT, alice, 2)
    assert list(Change.objects.order_by("id").values_list("from_state", "to_state")) == [
        ("U", "V"),
        ("U", "P"),
    ]
    copepoda = Taxon.objects.get()
    assert set(project_counts(project.pk)) == {(None, "U", 1), (copepoda.pk, "P", 1), (copepoda.pk, "V", 1)}


def test_labels_are_never_signed_with_an_account_of_the_site(project, bob, carla, tmp_path):
    rows = [
        labelled(1, "validated", object_annotation_person_email="BOB@example.org"),
        labelled(2, "validated", object_annotation_person_name="carla"),
        labelled(3, "validated", object_annotation_person_name="Nobody Known"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    people = [the_object(name).annotator for name in ("o1", "o2", "o3")]
    assert [person.display_name for person in people] == ["Annotator 1", "carla", "Nobody Known"]
    assert not {bob, carla} & set(people)
    assert not any(person.is_active or person.has_usable_password() for person in people)


def test_one_name_is_one_annotator_in_a_project_and_another_in_the_next(project, alice, tmp_path):
    elsewhere = create_project(title="Elsewhere", owner=alice)
    names = ["Ada Storm", "ADA  STORM", "Ben Tide"]
    rows = [labelled(n, "validated", object_annotation_person_name=name) for n, name in enumerate(names)]
    for where in (project, elsewhere):
        run_import(where, package(tmp_path / "p.zip", rows))
    assert [who.name for who in project.imported_annotators.all()] == ["Ada Storm", "Ben Tide"]
    assert Object.objects.values("annotator").distinct().count() == 4


def test_several_pictures_of_an_object(project, tmp_path):
    rows = [
        row(1, img_file_name="b.png", img_rank="1"),
        row(1, img_file_name="a.png", img_rank="0"),
        row(1, img_file_name="c.png", img_rank="1.0"),
        row(1, img_file_name="d.png"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    assert list(Image.objects.values_list("rank", "file_name")) == [
        (0, "a.png"),
        (1, "b.png"),
        (2, "c.png"),
        (3, "d.png"),
    ]


def test_one_picture_for_several_objects_is_stored_once(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1), row(2, img_file_name="o1.png")]))
    assert Image.objects.count() == 2
    assert Image.objects.values("key").distinct().count() == 1


def test_taxa_are_found_by_number_then_by_name(project, tmp_path):
    copepoda = Taxon.objects.create(name="Copepoda", display_name="Copepoda", ecotaxa_id=25828)
    rows = [
        labelled(1, "validated", "whatever", object_annotation_category_id="25828"),
        labelled(2, "validated", "COPEPODA"),
        labelled(3, "validated", "", object_annotation_category_id="25828"),
        labelled(4, "validated", "other", object_annotation_category_id="85080"),
        labelled(5, "validated", "", object_annotation_category_id="85080"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    other = Taxon.objects.get(ecotaxa_id=85080)
    assert other.display_name == "other"
    taxa = list(Object.objects.order_by("id").values_list("taxon", flat=True))
    assert taxa == [copepoda.pk] * 3 + [other.pk] * 2


def test_homonyms_are_told_apart(project, tmp_path):
    rows = [
        labelled(1, "validated", "egg", object_annotation_category_id="1"),
        labelled(
            2,
            "validated",
            "egg",
            object_annotation_category_id="2",
            object_annotation_hierarchy="living>Fish>egg",
        ),
        labelled(3, "validated", "egg", object_annotation_category_id="3"),
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    assert [str(the_object(name).taxon) for name in ("o1", "o2", "o3")] == ["egg", "egg<Fish", "egg [3]"]


def test_a_lineage_is_made_whole(project, tmp_path):
    lineage = "living>Metazoa>Copepoda>egg"
    run_import(
        project,
        package(
            tmp_path / "p.zip",
            [labelled(1, "validated", "egg<Copepoda", object_annotation_hierarchy=lineage)],
        ),
    )
    egg = the_object().taxon
    assert list(
        Taxon.objects.filter(pk__in=egg.path).order_by("id").values_list("display_name", flat=True)
    ) == [
        "living",
        "Metazoa",
        "Copepoda",
        "egg<Copepoda",
    ]
    assert egg.parent.display_name == "Copepoda" and egg.kind == "M"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(project, tmp_path, encoding, newline):
    text = table([row(1, object_lat="43°30", object_by="Éléonore")], newline=newline)
    run_import(
        project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text.encode(encoding), "o1.png": png()})
    )
    assert the_object().latitude == 43.5
    assert the_object().wide.texts == {"by": "Éléonore"}


def test_headers_in_any_case_quotes_and_cells_over_lines(project, tmp_path):
    head = " Object_ID \tIMG_FILE_NAME\tobject_note\t\n[T]\t[t]\t[t]\t\n"
    text = f'{head}"o1"\to1.png\t"say ""hi""\nthere"\t\no2\to1.png\n'
    run_import(project, write_zip(tmp_path / "p.zip", {"ecotaxa_t.tsv": text, "o1.png": png()}))
    assert the_object("o1").wide.texts == {"note": 'say "hi"\nthere'}
    assert the_object("o2").wide.texts == {}


def test_tables_in_folders_with_pictures_beside_them(project, tmp_path):
    files = {
        "one/ecotaxa_1.tsv": table([row(1, img_file_name="./sub\\a.png")]),
        "one/sub/a.png": png(1),
        "two/deep/ecotaxa_2.txt": table([row(2, img_file_name="a.png", sample_id="s2")]),
        "two/deep/a.png": png(2),
        "two/empty/ecotaxa_3.tsv": "object_id\timg_file_name\n[t]\t[t]\n",
        "__MACOSX/one/._ecotaxa_1.tsv": b"\0\1",
    }
    result = run_import(project, write_zip(tmp_path / "p.zip", files))
    assert (result["objects"], result["samples"]) == (2, 2)
    assert Image.objects.get(object=the_object()).file_name == "sub/a.png"


def test_a_folder(project, tmp_path):
    with zipfile.ZipFile(package(tmp_path / "p.zip", [row(1), row(2)])) as file:
        file.extractall(tmp_path / "folder")
    assert run_import(project, tmp_path / "folder")["objects"] == 2
    assert (tmp_path / "folder" / "ecotaxa_test.tsv").exists()


def test_a_zip_that_windows_made(project, tmp_path):
    files = {"p\\ecotaxa_1.tsv": table([row(1)]), "p\\o1.png": png()}
    assert run_import(project, write_zip(tmp_path / "p.zip", files))["objects"] == 1


def test_zips_of_uvp6_profiles(project, tmp_path):
    profile = package(
        tmp_path / "inner.zip", [row(1), row(2)], **{"compute_vignette.txt": "gamma=1"}
    ).read_bytes()
    path = write_zip(tmp_path / "p.zip", {"work/profile_1_Images.zip": profile})
    assert run_import(project, path)["objects"] == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_known_by_its_bytes(project, tmp_path, kind):
    run_import(project, package(tmp_path / "p.zip", [row(1)], **{"o1.png": png(kind=kind)}))
    assert default_storage.open(Image.objects.get().key).read() == png(kind=kind)


def test_a_table_without_parents(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [{"object_id": "o", "img_file_name": "o.png"}]))
    assert Sample.objects.get().original_id == f"__DUMMY_ID__{project.pk}__"


def test_new_columns_come_behind_the_old_ones(project, tmp_path):
    types = {f"object_{name}": "f" for name in "abc"}
    run_import(project, package(tmp_path / "p.zip", [row(1, object_b="1", object_a="2")], types))
    run_import(project, package(tmp_path / "q.zip", [row(2, object_c="3", object_a="4")], types))
    columns = FreeColumn.objects.filter(level="object").order_by("position").values_list("name", "position")
    assert list(columns) == [("b", 0), ("a", 1), ("c", 2)]
    assert [w.values for w in ObjectFields.objects.order_by("object")] == [[1, 2], [None, 4, 3]]


# --- Again --------------------------------------------------------------------------------------------------


def everything() -> list:
    """All that an import writes, without the numbers that the database gives out."""
    objects = Object.objects.order_by("wide__original_id").values_list(
        "wide__original_id",
        "sample__original_id",
        "taxon__display_name",
        "state",
        "wide__values",
        "wide__texts",
        "version",
    )
    images = Image.objects.order_by("object__wide__original_id", "rank")
    return [
        list(objects),
        list(images.values_list("object__wide__original_id", "rank", "key", "file_name")),
        sorted(Change.objects.values_list("object__wide__original_id", "to_state")),
        sorted((state, count) for _, state, count in project_counts(Project.objects.get().pk)),
        list(Batch.objects.values_list("kind", "changed")),
    ]


def test_the_same_package_twice_adds_nothing_and_says_so(project, tmp_path):
    path = package(tmp_path / "p.zip", [labelled(1, "validated"), row(2)])
    run_import(project, path)
    before = everything()
    again = run_import(project, path)
    assert (again["objects"], again["images"], again["present"]) == (0, 0, 2)
    assert again["message"] == "Nothing new: all 2 lines of the package are here already."
    assert everything() == before


def test_an_import_leaves_alone_what_people_did_since(project, bob, tmp_path):
    path = package(tmp_path / "p.zip", [labelled(1, "predicted")])
    run_import(project, path)
    Object.objects.update(state="V", annotator=bob, version=2)
    run_import(project, path)
    assert (the_object().state, the_object().annotator) == ("V", bob)


def test_a_later_package_adds_objects_and_pictures(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1)]))
    result = run_import(
        project, package(tmp_path / "q.zip", [row(1), row(1, img_file_name="more.png"), row(2)])
    )
    assert (result["objects"], result["images"], result["present"]) == (1, 2, 1)
    assert list(Image.objects.filter(object=the_object()).values_list("rank", "file_name")) == [
        (0, "o1.png"),
        (1, "more.png"),
    ]


def many(tmp_path):
    rows = [labelled(n // 2, "validated", img_file_name=f"i{n}.png", object_area=str(n)) for n in range(20)]
    return package(tmp_path / "many.zip", rows, {"object_area": "f"})


@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_a_worker_that_dies_is_taken_up_at_its_last_chunk(project, tmp_path, monkeypatch, chunks):
    monkeypatch.setattr(load, "CHUNK", 3)  # so that pictures of one object lie in two chunks
    path = many(tmp_path)
    job = import_job(project, path)
    whole = load.Loader._load_chunk
    calls = []

    def dying(self, lines, *rest):
        whole(self, lines, *rest)
        calls.append(int(lines[0].file_name[1:-4]))
        if len(calls) > chunks:
            raise SystemExit  # inside the transaction, as late as can be

    monkeypatch.setattr(load.Loader, "_load_chunk", dying)
    with pytest.raises(SystemExit):
        import_package(job, Progress(job))
    calls.clear()
    monkeypatch.setattr(
        load.Loader,
        "_load_chunk",
        lambda self, lines, *rest: (calls.append(int(lines[0].file_name[1:-4])), whole(self, lines, *rest)),
    )
    job.refresh_from_db()
    result = import_package(job, Progress(job))
    assert calls[0] == 3 * chunks
    assert (result["objects"], result["images"], result["present"]) == (10, 20, 0)
    interrupted = everything()
    Project.objects.all().delete()
    run_import(Project.objects.create(title="another"), path)
    assert everything() == interrupted


def test_a_cancelled_import_keeps_what_is_in_and_the_next_one_finishes(project, tmp_path, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 5)
    path = many(tmp_path)
    job = import_job(project, path)

    class Cancelled(Progress):
        def update(self, done, total, message=""):
            if done >= 10 and total:
                raise JobCancelled

    with pytest.raises(JobCancelled):
        import_package(job, Cancelled(job))
    assert Image.objects.count() == 10
    result = run_import(project, path)
    assert (Object.objects.count(), Image.objects.count(), result["present"]) == (10, 20, 10)


def test_a_cancelled_import_leaves_no_reader_at_work(project, tmp_path, monkeypatch):
    """Not even while somebody looks at where it was cancelled."""
    monkeypatch.setattr(storing, "may_fork", lambda: True)
    monkeypatch.setattr(load, "CHUNK", 5)
    job, readers, fork = import_job(project, many(tmp_path)), [], os.fork

    def noted() -> int:
        pid = fork()
        readers.append(pid)
        return pid

    class Cancelled(Progress):
        def update(self, done, total, message=""):
            if done >= 10 and total:
                raise JobCancelled

    monkeypatch.setattr(os, "fork", noted)
    with pytest.raises(JobCancelled) as _raised:
        import_package(job, Cancelled(job))
    (reader,) = readers
    with pytest.raises(ChildProcessError):
        os.waitpid(reader, os.WNOHANG)


def test_an_import_whose_reader_is_killed_says_so_and_goes_on_when_it_is_started_again(
    project, tmp_path, monkeypatch
):
    monkeypatch.setattr(load, "CHUNK", 5)
    monkeypatch.setattr(storing, "may_fork", lambda: True)  # whatever tests before this one have loaded
    path, whole, worker = many(tmp_path), vignettes.RecordPictures.store, os.getpid()

    def store_ten(self, record):
        if os.getpid() != worker and record.line > 12:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(self, record)

    monkeypatch.setattr(vignettes.RecordPictures, "store", store_ten)
    with pytest.raises(JobError, match="Start the import once more") as raised:
        run_import(project, path)
    assert (Image.objects.count(), raised.value.keeps_upload) == (10, True)
    monkeypatch.undo()
    result = run_import(project, path)
    assert (Object.objects.count(), Image.objects.count(), result["present"]) == (10, 20, 10)


def test_only_checking_changes_nothing(project, tmp_path):
    path = package(tmp_path / "p.zip", [labelled(1, "validated", object_area="1")])
    result = run_import(project, path, dry_run=True)
    assert result["message"] == ("p.zip can be imported: 1 line, no error. 1 taxon would be created.")
    for model in (Object, Sample, FreeColumn, Taxon, Batch):
        assert not model.objects.exists()


# --- The command --------------------------------------------------------------------------------------------


def test_the_command_makes_the_project_and_its_manager(alice, tmp_path, capsys):
    path = package(tmp_path / "p.zip", [row(1)])
    call_command("import_ecotaxa", str(path), project="New tow", user="alice")
    project = Project.objects.get()
    assert (project.title, project.memberships.get().user) == ("New tow", alice)
    assert "1 object with 1 image" in capsys.readouterr().out


def test_the_command_prints_each_error_with_its_place_and_leaves_no_project(db, tmp_path):
    path = package(tmp_path / "p.zip", [row(1, object_lat="north"), row(2, object_date="yesterday")])
    with pytest.raises(CommandError) as failure:
        call_command("import_ecotaxa", str(path), project="New tow")
    lines = str(failure.value).splitlines()
    assert lines[0].startswith("ecotaxa_test.tsv:3:object_lat: 'north' is no number.")
    assert lines[1].startswith("ecotaxa_test.tsv:4:object_date: 'yesterday' is no date.")
    assert not Project.objects.exists()


def test_the_command_tells_a_wrong_path_and_a_wrong_user(db, tmp_path):
    with pytest.raises(CommandError, match="no file or folder"):
        call_command("import_ecotaxa", str(tmp_path / "none.zip"), project="New tow")
    with pytest.raises(CommandError, match="no user 'nobody'"):
        call_command("import_ecotaxa", str(tmp_path), project="New tow", user="nobody")
