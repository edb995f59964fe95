"""Tables of taxa come into the tree whole or not at all, and twice adds nothing."""

import pytest
from django.core.management import CommandError, call_command

from annotations.jobs.errors import JobError
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon
from annotations.taxonomy.queries import complete
from tests.taxonomy.tables import DWC, ECOTAXA, ecotaxa, run_import, worms, write

pytestmark = pytest.mark.django_db

TREE = [
    ecotaxa(1, "living"),
    ecotaxa(25828, "Copepoda", 1, aphia_id=1080, rank="Subclass"),
    ecotaxa(45074, "Calanoida", 25828, aphia_id=1100.0),
    ecotaxa(7, "Calanus", 45074, source_desc="long antennae\\nno eyes"),
    ecotaxa(8, "Calanus", 1),
    ecotaxa(9, "egg", 25828, taxotype="M", display_name="egg<Copepoda"),
    ecotaxa(10, "Oldname", 25828, taxostatus="D", rename_to=45074, display_name="Oldname (Deprecated)"),
]


@pytest.fixture
def table(tmp_path):
    return lambda rows, columns=ECOTAXA, **more: write(tmp_path / "taxa.tsv", rows, columns, **more)


def display_names() -> list[str]:
    return sorted(Taxon.objects.values_list("display_name", flat=True))


def lineage(name: str) -> list[str]:
    taxon = Taxon.objects.get(display_name=name)
    names = dict(Taxon.objects.values_list("id", "name"))
    assert taxon.path[-1] == taxon.pk
    return [names[number] for number in taxon.path]


def errors(path, **more) -> list[tuple]:
    before = list(Taxon.objects.order_by("id").values())
    with pytest.raises(JobError) as refusal:
        run_import(path, **more)
    assert list(Taxon.objects.order_by("id").values()) == before, "nothing was changed"
    assert all(error["file"] == path.name for error in refusal.value.errors)
    return [(error["line"], error["column"], error["message"]) for error in refusal.value.errors]


def test_ecotaxas_export(table):
    result = run_import(table(TREE))
    assert (result["added"], result["updated"], result["synonyms"]) == (7, 0, 0)
    assert display_names() == [
        "Calanoida", "Calanus<Calanoida", "Calanus<living", "Copepoda", "Oldname", "egg<Copepoda", "living",
    ]  # fmt: skip
    assert lineage("Calanus<Calanoida") == ["living", "Copepoda", "Calanoida", "Calanus"]
    calanus = Taxon.objects.get(display_name="Calanus<Calanoida")
    assert (calanus.ecotaxa_id, calanus.note) == (7, "long antennae\nno eyes")
    copepoda = Taxon.objects.get(ecotaxa_id=25828)
    assert (copepoda.aphia_id, copepoda.rank, copepoda.kind) == (1080, "Subclass", "P")
    assert Taxon.objects.get(ecotaxa_id=9).kind == "M"
    old = Taxon.objects.get(ecotaxa_id=10)
    assert (old.status, old.replaced_by.name) == ("D", "Calanoida")


def test_twice_adds_nothing(table):
    run_import(table(TREE))
    before = list(Taxon.objects.order_by("id").values())
    result = run_import(table(TREE))
    assert (result["added"], result["updated"], result["synonyms"]) == (0, 0, 0)
    assert list(Taxon.objects.order_by("id").values()) == before


def test_what_packages_brought_by_name_finds_its_place(table):
    names = [TaxonName("Copepoda"), TaxonName("egg<Copepoda"), TaxonName("Calanoida", ("living", "Copepoda"))]
    numbers = ensure_taxa(names)
    result = run_import(table(TREE))
    assert Taxon.objects.get(ecotaxa_id=25828).pk == numbers[names[0]]
    assert Taxon.objects.get(ecotaxa_id=9).pk == numbers[names[1]]
    assert Taxon.objects.get(ecotaxa_id=45074).pk == numbers[names[2]]
    assert (result["added"], result["updated"]) == (3, 4), "`living` stood above Calanoida already"
    assert lineage("egg<Copepoda") == ["living", "Copepoda", "egg"]


def test_a_known_number_is_renamed_and_moved(table):
    run_import(table(TREE))
    numbers = {t.ecotaxa_id: t.pk for t in Taxon.objects.all()}
    moved = [*TREE[:2], ecotaxa(45074, "Calanoidea", 1), ecotaxa(7, "Calanus", 45074)]
    result = run_import(table(moved))
    assert result["added"] == 0
    assert {t.ecotaxa_id: t.pk for t in Taxon.objects.all()} == numbers
    assert lineage("Calanus<Calanoidea") == ["living", "Calanoidea", "Calanus"]
    assert Taxon.objects.get(ecotaxa_id=7).note.startswith("long"), "an empty cell says nothing"


def test_two_taxa_may_exchange_their_numbers(table):
    run_import(table([ecotaxa(1, "A", aphia_id=11), ecotaxa(2, "B", aphia_id=12)]))
    run_import(table([ecotaxa(1, "B", aphia_id=12), ecotaxa(2, "A", aphia_id=11)]))
    assert list(Taxon.objects.order_by("ecotaxa_id").values_list("display_name", "aphia_id")) == [
        ("B", 12),
        ("A", 11),
    ]


WORMS = [
    worms(1080, "Copepoda", taxonRank="Subclass", scientificNameAuthorship="Milne Edwards, 1840"),
    worms(
        104464, "Calanus finmarchicus", 1080, scientificNameAuthorship="(Gunnerus, 1770)", taxonRank="Species"
    ),
    worms(348180, "Cetochilus septentrionalis", 1080, accepted=104464),
    worms(999, "Calanus finmarchicus var. minor", 348180),
]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_darwin_core_of_worms(table, delimiter):
    result = run_import(table(WORMS, DWC, delimiter=delimiter))
    assert (result["added"], result["synonyms"]) == (3, 1)
    calanus = Taxon.objects.get(aphia_id=104464)
    assert (calanus.authority, calanus.rank, calanus.parent.name) == (
        "(Gunnerus, 1770)",
        "species",
        "Copepoda",
    )
    assert [s.name for s in calanus.synonyms.all()] == ["Cetochilus septentrionalis"]
    assert lineage("Calanus finmarchicus var. minor")[1] == "Calanus finmarchicus", (
        "a synonym's child moves over"
    )
    assert complete("cetoch")[0]["id"] == calanus.pk
    again = run_import(table(WORMS, DWC, delimiter=delimiter))
    assert (again["added"], again["updated"], again["synonyms"]) == (0, 0, 0)


def test_ecotaxas_tree_and_that_of_worms_are_one(table):
    run_import(table(TREE))
    run_import(table(WORMS, DWC))
    copepoda = Taxon.objects.get(name="Copepoda")
    assert (copepoda.aphia_id, copepoda.ecotaxa_id, copepoda.authority) == (
        1080,
        25828,
        "Milne Edwards, 1840",
    )
    assert lineage("Calanus finmarchicus")[:2] == ["living", "Copepoda"]


def test_what_worms_has_made_a_synonym_is_replaced(table):
    run_import(table([WORMS[0], worms(348180, "Cetochilus septentrionalis", 1080)], DWC))
    run_import(table(WORMS, DWC))
    old = Taxon.objects.get(aphia_id=348180)
    assert (old.status, old.replaced_by.name) == ("D", "Calanus finmarchicus")
    assert [each["name"] for each in complete("cetoch")] == ["Calanus finmarchicus"]


@pytest.mark.parametrize(
    ("rows", "line", "column", "says"),
    [
        ([ecotaxa("x", "Copepoda")], 2, "id", "no whole number"),
        ([ecotaxa(-4, "Copepoda")], 2, "id", "no whole number"),
        ([ecotaxa("", "Copepoda")], 2, "id", "empty"),
        ([ecotaxa(1, "")], 2, "name", "empty"),
        ([ecotaxa(1, "C" * 201)], 2, "name", "at most 200"),
        ([ecotaxa(1, "C", taxotype="Q")], 2, "taxotype", "Use one of P, M"),
        ([ecotaxa(1, "C", taxostatus="?")], 2, "taxostatus", "Use one of"),
        ([ecotaxa(1, "C", aphia_id="12a")], 2, "aphia_id", "no whole number"),
        ([ecotaxa(1, "C", aphia_id=99999999999)], 2, "aphia_id", "no whole number"),
        ([ecotaxa(1, "A"), ecotaxa(2, "B", 77)], 3, "parent_id", "The parent 77 is neither"),
        ([ecotaxa(1, "A"), ecotaxa(1, "B")], 3, "id", "1 stands in line 2 already"),
        ([ecotaxa(1, "A", aphia_id=5), ecotaxa(2, "B", aphia_id=5)], 3, "aphia_id", "line 2"),
        ([ecotaxa(1, "A"), ecotaxa(2, "B", 1), ecotaxa(3, "b", 1)], 4, "name", "line 3"),
        ([ecotaxa(1, "A", 1)], 2, "parent_id", "below itself"),
        ([ecotaxa(1, "A", taxostatus="D", rename_to=9)], 2, "rename_to", "replacement 9"),
    ],
)
def test_every_error_has_its_place_and_a_remedy(table, rows, line, column, says):
    ((at, where, message),) = errors(table(rows))
    assert (at, where) == (line, column)
    assert says in message


def test_a_circle_is_told_of_those_who_form_it(table):
    rows = [ecotaxa(1, "A", 3), ecotaxa(2, "B", 1), ecotaxa(3, "C", 2), ecotaxa(4, "D", 3), ecotaxa(5, "E")]
    assert [(line, column) for line, column, _ in errors(table(rows))] == [
        (2, "parent_id"),
        (3, "parent_id"),
        (4, "parent_id"),
    ]


def test_a_circle_with_what_the_site_has(table):
    run_import(table([ecotaxa(1, "A"), ecotaxa(2, "B", 1), ecotaxa(3, "C", 2)]))
    ((line, column, message),) = errors(table([ecotaxa(1, "A", 3)]))
    assert (line, column) == (2, "parent_id") and "Move it" in message


def test_synonyms_of_nothing_and_of_synonyms(table):
    rows = [worms(1, "A"), worms(2, "B", accepted=7), worms(3, "C", accepted=1), worms(4, "D", accepted=3)]
    (first, second) = errors(table(rows, DWC))
    assert first[:2] == (3, "acceptednameusageid") and "neither" in first[2]
    assert second[:2] == (5, "acceptednameusageid") and "itself a synonym, in line 4" in second[2]


def test_all_errors_at_once(table):
    rows = [ecotaxa(1, "", aphia_id="x"), ecotaxa(2, "", taxotype="Z")]
    assert [(line, column) for line, column, _ in errors(table(rows))] == [
        (2, "name"),
        (2, "aphia_id"),
        (3, "name"),
        (3, "taxotype"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "must name the columns"),
        (b"a\tb\n1\t2\n", "Found: a, b"),
        (b"id\tparent_id\tname\tname\n", "occurs twice"),
        (b"id\tparent_id\tname\n", "no line of taxa"),
        (b"id\tparent_id\tname\n1\t\t\xe9\n", "UTF-8"),
        (b"id\tparent_id\tname\n1\t\tA\tmore\n", "more cells"),
    ],
)
def test_what_is_no_table_of_taxa(tmp_path, content, says):
    path = tmp_path / "taxa.tsv"
    path.write_bytes(content)
    assert says in errors(path)[0][2]


def test_the_command_and_its_dry_run(table, capsys):
    path = table(TREE)
    call_command("import_taxa", str(path), dry_run=True)
    assert "7 taxa added" in capsys.readouterr().out
    assert not Taxon.objects.exists()
    call_command("import_taxa", str(path), format="ecotaxa")
    assert Taxon.objects.count() == 7
    with pytest.raises(CommandError, match="must name the columns: taxonid"):
        call_command("import_taxa", str(path), format="dwc")
    with pytest.raises(CommandError, match="no file"):
        call_command("import_taxa", str(path) + "x")


def test_quotation_marks_in_names_of_authors(table):
    run_import(table([worms(1, "A", scientificNameAuthorship='"Linnaeus, 1758')], DWC))
    assert Taxon.objects.get().authority == '"Linnaeus, 1758'
    assert not Synonym.objects.exists()
