"""Saved mappings: made of what was decided or of a file, edited, and used by the next package with the same names."""

import csv

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.spreadsheet import csv_lines
from annotations.imports.mappings.actions import NewEntry, save_decisions, save_mapping, settle_by_mapping
from annotations.imports.mappings.files import FiledEntry, mapping_csv, mapping_json, read_mapping, resolved
from annotations.imports.mappings.queries import offered_mappings, offers_for_waiting
from annotations.imports.models import ImportMapping, MappingKind
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.projects.actions import create_project
from annotations.projects.annotators import imported_annotator, link_annotator
from annotations.samples.models import Object, ObjectFields
from annotations.taxon_matching.actions import map_name
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.actions import add_taxon
from tests.imports.packages import package, png, row, run_import, write_zip
from tests.imports.test_rerunning import full, packed
from tests.metadata.test_package_updates import follow, page_of
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@shared_rows
def calanus(db):
    return add_taxon(name="Calanus", parent=add_taxon(name="Copepoda", parent=None))


@shared_rows
def mapping(project, alice, calanus) -> ImportMapping:
    entries = [
        NewEntry("taxon", "Kopepode gross", taxon=calanus),
        NewEntry("person", "A. Larsen", person=alice),
        NewEntry("column", "Art", column="taxon"),
        NewEntry("column", "Bild", column="picture"),
        NewEntry("column", "object_size", column="object_area"),
    ]
    return save_mapping(project=project, user=alice, name="Old lab", entries=entries)


def labelled(number: int, **more: object) -> dict:
    label = {"object_annotation_status": "validated", "object_annotation_category": "Kopepode groß"}
    return row(number, **{**label, "object_annotation_category": "kopepode GROSS", **more})


def test_names_and_people_are_read_by_it(project, alice, mapping, calanus, tmp_path):
    rows = [labelled(n, object_annotation_person_name="A. Larsen") for n in range(2)]
    result = run_import(
        project, package(tmp_path / "p.zip", rows), alice, create_taxa=False, mapping=mapping.pk
    )
    assert result["unknown"] == 0 and {one.taxon for one in Object.objects.all()} == {calanus}
    assert project.imported_annotators.get(name="A. Larsen").member == alice


def test_columns_of_ecotaxa_tables_are_read_by_it(project, mapping, tmp_path):
    path = package(tmp_path / "p.zip", [row(1, object_size="7")], {"object_size": "f"})
    run_import(project, path, mapping=mapping.pk)
    assert project.free_columns.filter(name="area").exists() and ObjectFields.objects.get().values == [7]


def test_columns_of_other_tables_are_read_by_it(project, mapping, calanus, tmp_path):
    table = "Bild;Art\na.png;Kopepode gross\n"
    path = write_zip(tmp_path / "t.zip", {"t.csv": table, "a.png": png(3)})
    with pytest.raises(JobError):
        run_import(project, path, create_taxa=False)
    run_import(project, path, create_taxa=False, mapping=mapping.pk)
    assert Object.objects.get().taxon == calanus


def test_an_update_reads_labels_by_it(project, alice, mapping, calanus, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", full(0)), alice)
    rows = [labelled(0, object_annotation_person_name="A. Larsen")]
    answers = {"mode": "update", "annotations": True, "create_taxa": False, "mapping": mapping.pk}
    run_import(project, package(tmp_path / "u.zip", rows), alice, **answers)
    assert Object.objects.get().taxon == calanus


def test_what_the_preview_showed_is_written_though_the_mapping_changed(
    alices, project, alice, mapping, calanus, tmp_path
):
    run_import(project, packed(tmp_path / "p.zip", full(0)), alice)
    path = package(tmp_path / "u.zip", [labelled(0)])
    answers = {"mode": "update", "annotations": "on", "mapping": mapping.pk, "dry_run": "on"}
    file = SimpleUploadedFile("u.zip", path.read_bytes())
    answer = alices.post(f"/projects/{project.pk}/import/", answers | {"package": file})
    page = page_of(work(Job.objects.get(pk=answer.url.split("/")[-2])))
    assert (
        "<ins>kopepode GROSS → Calanus, validated</ins>"
        in alices.get(page, {"labels": "changes"}).content.decode()
    )
    other = add_taxon(name="Oithona", parent=None)
    save_mapping(
        project=project,
        user=alice,
        name="Old lab",
        entries=[NewEntry("taxon", "Kopepode gross", taxon=other)],
    )
    follow(alices.post(f"{page}apply/"))
    assert Object.objects.get().taxon == calanus


def test_what_was_settled_is_saved_with_one_click_and_offered_again(
    alices, project, alice, calanus, tmp_path
):
    path = package(tmp_path / "p.zip", [labelled(1)])
    run_import(project, path, alice, create_taxa=False)
    work(map_name(pending=PendingName.objects.get(), taxon=calanus, user=alice))
    page = alices.get(f"/projects/{project.pk}/names/").content.decode()
    assert "Save what was settled as a mapping" in page
    saved = alices.post(f"/projects/{project.pk}/mappings/", {"name": "Mine"}, follow=True).content.decode()
    assert "kopepode GROSS" in saved and "Calanus" in saved
    result = run_import(project, package(tmp_path / "q.zip", [labelled(2)]), alice)
    assert result["mappings"] == [{"id": ImportMapping.objects.get().pk, "name": "Mine", "names": 1}]


def test_names_that_wait_are_settled_by_it(alices, project, alice, mapping, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [labelled(1)]), alice, create_taxa=False)
    page = alices.get(f"/projects/{project.pk}/names/").content.decode()
    assert "Settle 1 name by “Old lab”" in page
    answer = alices.post(f"/projects/{project.pk}/mappings/{mapping.pk}/settle/", follow=True)
    assert "1 name settled" in answer.content.decode()
    with pytest.raises(ValidationError, match="knows none"):
        settle_by_mapping(mapping=mapping, user=alice)


def test_nothing_was_decided_yet(alices, project):
    answer = alices.post(f"/projects/{project.pk}/mappings/", {"name": "Mine"})
    assert answer.status_code == 400 and "Nothing was decided yet" in answer.content.decode()


def test_entries_are_edited_on_its_page(alices, project, alice, mapping, calanus):
    url = f"/projects/{project.pk}/mappings/{mapping.pk}/"
    assert "Kopepode gross" in alices.get(url).content.decode()
    alices.post(url, {"kind": "taxon", "source": "KOPEPODE gross", "taxon": "Copepoda"})
    entry = mapping.entries.get(kind="taxon")
    assert (entry.source, entry.taxon.name) == ("KOPEPODE gross", "Copepoda")
    bare = alices.post(url, {"kind": "person", "source": "B. Olsen"})
    assert bare.status_code == 400 and "Say what it means" in bare.content.decode()
    alices.post(f"{url}entries/{entry.pk}/delete/")
    assert not mapping.entries.filter(kind="taxon").exists()
    alices.post(f"{url}delete/")
    assert not ImportMapping.objects.exists()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_it_travels_as_a_file(alices, project, alice, mapping, form):
    content = alices.get(f"/projects/{project.pk}/mappings/{mapping.pk}/file/", {"format": form}).content
    other = create_project(title="Elsewhere", owner=alice)
    file = SimpleUploadedFile(f"m.{form}", content)
    answer = alices.post(f"/projects/{other.pk}/mappings/", {"name": "Old lab", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    copy = ImportMapping.objects.get(project=other)
    assert mapping_json(copy) == mapping_json(mapping) and copy.entries.count() == 5


def test_what_is_unknown_elsewhere_is_named(project):
    entries = read_mapping(b"kind,source,means\ntaxon,a,Nowhere\nperson,b,nobody\n")
    with pytest.raises(ValidationError, match=r"taxon Nowhere \(line 2\), person nobody \(line 3\)"):
        resolved(project, entries)


TEXTS = st.text(st.characters(categories=["L", "Nd"], include_characters=" ;,\"'=+-"), min_size=1).filter(
    str.strip
)


@given(st.lists(st.builds(FiledEntry, st.sampled_from(MappingKind.values), TEXTS, TEXTS, TEXTS)))
def test_any_mapping_is_read_as_it_was_written(entries):
    rows = [
        ["kind", "source", "means", "lineage"],
        *([e.kind, e.source, e.means, e.lineage] for e in entries),
    ]
    assert read_mapping("".join(csv_lines(rows)).encode()) == entries


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"kind,source\n", "Line 1 names no column means"),
        (b"kind,source,means\ntaxa,a,b\n", "Line 2: kind is 'taxa'"),
        (b"kind,source,means\ntaxon,,b\n", "Line 2: source and means are not empty"),
        (b'{"entries": 3}', "has a list `entries`"),
        (b'{"entries": [', "is no JSON"),
        (b'[{"kind": "taxon", "source": 3, "means": "a"}]', "Entry 1: kind, source"),
        (b"\xff\xfe", "no text in UTF-8"),
    ],
)
def test_files_that_are_none_are_refused(content, words):
    with pytest.raises(ValidationError, match=words):
        read_mapping(content)


def test_a_cell_that_no_table_has_is_refused():
    limit = csv.field_size_limit(20)
    try:
        with pytest.raises(ValidationError, match="Line 2 is no CSV: field larger"):
            read_mapping(b"kind,source,means\ntaxon,a," + b"b" * 30)
    finally:
        csv.field_size_limit(limit)


def test_the_api_saves_lists_and_imports_by_name(alices, project, alice, calanus):
    url = f"/api/v1/projects/{project.pk}/mappings/"
    entries = [{"kind": "taxon", "source": "Kopepode", "means": "Calanus", "lineage": "Copepoda > Calanus"}]
    saved = alices.post(url, {"name": "By API", "entries": entries}, content_type="application/json")
    assert saved.status_code == 201 and saved.json()["entries"] == entries, saved.content
    assert [(each["name"], each["taxons"]) for each in alices.get(url).json()] == [("By API", 1)]
    assert alices.get(f"{url}{saved.json()['id']}/").json() == saved.json()
    body = {"package": SimpleUploadedFile("p.zip", b"x"), "mapping": "Nobody's"}
    refused = alices.post(f"/api/v1/projects/{project.pk}/imports/", body)
    assert refused.status_code == 400 and "there are By API" in refused.content.decode()
    assert alices.delete(f"{url}{saved.json()['id']}/").status_code == 204


def test_the_command_line_takes_its_name(project, alice, mapping, calanus, tmp_path):
    path = package(tmp_path / "p.zip", [labelled(1)])
    call_command(
        "import_package",
        str(path),
        "--project",
        project.title,
        "--user",
        alice.username,
        "--mapping",
        "old LAB",
    )
    assert Object.objects.get().taxon == calanus


def test_a_mapping_that_is_gone_stops_the_import(project, mapping, tmp_path):
    path, number = package(tmp_path / "p.zip", [labelled(1)]), mapping.pk
    mapping.delete()
    with pytest.raises(JobError, match="is gone"):
        run_import(project, path, mapping=number)


def test_a_deleted_column_of_names_offers_nothing(project, mapping):
    assert offered_mappings(project, ["Unheard of"]) == []
    assert offered_mappings(project, ["KOPEPODE GROSS", "art"])[0].names == 2
    assert "".join(mapping_csv(mapping)).count("\r\n") == 6


EGGS = {"Copepoda": "living>Copepoda>egg", "Teleostei": "living>Teleostei>egg"}


def egg(number: int, parent: str) -> dict:
    return labelled(number, object_annotation_category="egg", object_annotation_hierarchy=EGGS[parent])


@shared_rows
def settled_eggs(project, alice, tmp_path) -> dict[str, object]:
    """Two names `egg`, of which each became a taxon of its own."""
    rows = [egg(number, parent) for number, parent in enumerate(EGGS)]
    run_import(project, package(tmp_path / "eggs.zip", rows), alice, create_taxa=False)
    taxa = {}
    for name in PendingName.objects.order_by("pk"):
        taxa[name.lineage[1]] = add_taxon(name=f"Egg of {name.lineage[1]}", parent=None)
        work(map_name(pending=name, taxon=taxa[name.lineage[1]], user=alice))
    return taxa


def test_homonyms_that_were_settled_stay_apart(project, alice, settled_eggs, tmp_path):
    mapping = save_decisions(project=project, user=alice, name="Eggs")
    sources = mapping.entries.values_list("source", "taxon__name")
    assert dict(sources) == {f"egg<{parent}": f"Egg of {parent}" for parent in EGGS}
    other = create_project(title="Elsewhere", owner=alice)
    copied = [NewEntry(each.kind, each.source, taxon=each.taxon) for each in mapping.entries.all()]
    copy = save_mapping(project=other, user=alice, name="Eggs", entries=copied)
    path = package(tmp_path / "more.zip", [egg(number, parent) for number, parent in enumerate(EGGS)])
    assert run_import(other, path, alice, create_taxa=False)["mappings"][0]["names"] == 2, "it is offered"
    assert offers_for_waiting(other)[0].names == 2
    settle_by_mapping(mapping=copy, user=alice)
    taxa = {name.lineage[1]: name.taxon for name in PendingName.objects.filter(project=other)}
    assert taxa == settled_eggs


def test_a_name_that_a_taxon_of_the_site_has_is_saved_with_its_parent(project, alice, calanus, tmp_path):
    for parent in ("Pisces", "Aves"):
        add_taxon(name="egg", parent=add_taxon(name=parent, parent=None))
    run_import(project, package(tmp_path / "p.zip", [egg(0, "Copepoda")]), alice, create_taxa=False)
    work(map_name(pending=PendingName.objects.get(), taxon=calanus, user=alice))
    assert save_decisions(project=project, user=alice, name="Eggs").entries.get().source == "egg<Copepoda"


def test_an_update_compares_homonyms_with_their_own_taxa(project, alice, settled_eggs, tmp_path):
    rows = [egg(number, parent) for number, parent in enumerate(reversed(EGGS))]
    path = package(tmp_path / "swapped.zip", rows)
    result = run_import(project, path, alice, mode="update", annotations=True, create_taxa=False)
    assert result["labels"] == {"changes": 2}
    taxa = [one.taxon for one in Object.objects.order_by("wide__original_id")]
    assert taxa == [settled_eggs[parent] for parent in reversed(EGGS)]
    again = run_import(project, path, alice, mode="update", annotations=True, create_taxa=False)
    assert (again["updated"], again["same"]) == (0, 2)


def test_two_people_of_one_name_are_not_saved(project, alice, bob):
    for email, member in (("a@x.org", alice), ("b@x.org", bob)):
        user = imported_annotator(project=project, name="A. Larsen", email=email)
        link_annotator(annotator=project.imported_annotators.get(user=user), member=member, by=alice)
    with pytest.raises(ValidationError, match="Nothing was decided"):
        save_decisions(project=project, user=alice, name="People")


def test_brackets_are_read_as_packages_have_them(project, alice, calanus, tmp_path):
    entries = [NewEntry("taxon", "egg (Copepoda)", taxon=calanus)]
    mapping = save_mapping(project=project, user=alice, name="Eggs", entries=entries)
    rows = [labelled(1, object_annotation_category="egg (Copepoda)")]
    run_import(project, package(tmp_path / "p.zip", rows), create_taxa=False, mapping=mapping.pk)
    assert Object.objects.get().taxon == calanus


def test_two_meanings_of_one_name_are_refused(project, alice, calanus):
    entries = [NewEntry("taxon", "egg", taxon=calanus), NewEntry("taxon", "EGG", taxon=calanus.parent)]
    with pytest.raises(ValidationError, match="stands twice, and means something else"):
        save_mapping(project=project, user=alice, name="Eggs", entries=entries)
    assert (
        save_mapping(project=project, user=alice, name="Eggs", entries=entries[:1] * 2).entries.count() == 1
    )


def test_homonyms_whose_parents_are_called_alike_are_told_apart_by_their_lineage(
    project, alice, calanus, tmp_path
):
    rows = [
        labelled(n, object_annotation_category="egg", object_annotation_hierarchy=f"{root}>larva>egg")
        for n, root in enumerate(("Copepoda", "Teleostei"))
    ]
    path = package(tmp_path / "eggs.zip", rows)
    run_import(project, path, alice, create_taxa=False)
    fish = add_taxon(name="Fish egg", parent=None)
    for name in PendingName.objects.order_by("pk"):
        work(map_name(pending=name, taxon=calanus if name.lineage[0] == "Copepoda" else fish, user=alice))
    mapping = save_decisions(project=project, user=alice, name="Eggs")
    sources = dict(mapping.entries.values_list("source", "taxon__name"))
    assert sources == {"egg<larva<Copepoda": "Calanus", "egg<larva<Teleostei": "Fish egg"}
    elsewhere = create_project(title="Elsewhere", owner=alice)
    copied = [NewEntry(each.kind, each.source, taxon=each.taxon) for each in mapping.entries.all()]
    copy = save_mapping(project=elsewhere, user=alice, name="Eggs", entries=copied)
    run_import(elsewhere, path, alice, create_taxa=False, mapping=copy.pk)
    objects = Object.objects.filter(wide__project=elsewhere).order_by("wide__original_id")
    assert [one.taxon for one in objects] == [calanus, fish]


def test_columns_are_left_out(project, alice, tmp_path):
    entries = [NewEntry("column", name, column="ignore") for name in ("object_junk", "Kommentar")]
    mapping = save_mapping(project=project, user=alice, name="Short", entries=entries)
    rows = [row(1, object_junk="7", object_note="round")]
    run_import(project, package(tmp_path / "p.zip", rows), alice, mapping=mapping.pk)
    assert ObjectFields.objects.get().texts == {"note": "round"}
    text = "file,Kommentar,area\nx.png,nobody reads this,3\n"
    table = write_zip(tmp_path / "t.zip", {"a.csv": text, "x.png": png(1)})
    run_import(project, table, alice, mapping=mapping.pk)
    assert ObjectFields.objects.get(original_id="x.png").texts == {}
