"""What a name that waits may mean: the best first, with the reason in words, by as many queries for all as for one."""

import pytest

from annotations.taxon_matching.actions import map_name, note_pending
from annotations.taxon_matching.mistakes import halves
from annotations.taxon_matching.models import PendingName
from annotations.taxon_matching.proposals import clear_maps, proposals
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon

pytestmark = pytest.mark.django_db
TREE = [
    TaxonName("Copepoda", ("living", "Copepoda")),
    TaxonName("Calanidae", ("living", "Copepoda", "Calanidae")),
    TaxonName("Calanus finmarchicus", ("living", "Copepoda", "Calanidae", "Calanus", "Calanus finmarchicus")),
    TaxonName("Oithona similis", ("living", "Copepoda", "Oithona similis")),
    TaxonName("egg<Fish", ("living", "Fish", "egg")),
    TaxonName("Acartia", ("living", "Copepoda", "Acartia")),
    TaxonName("Acarcia", ("living", "Fish", "Acarcia")),
]


@pytest.fixture
def waiting(project):
    """Notes names of a package; the tree is that of TREE."""
    ensure_taxa(TREE)

    def waiting(*names: str | TaxonName) -> list[PendingName]:
        expected = [name if isinstance(name, TaxonName) else TaxonName(name) for name in names]
        return list(note_pending(project=project, names=expected).values())

    return waiting


@pytest.fixture
def proposals_for(waiting):
    """(act, taxon, reason, whether it is clear) of each proposal for one name."""

    def proposals_for(name: str | TaxonName) -> list[tuple]:
        (pending,) = waiting(name)
        return [(p.act, p.name, p.why, p.is_clear) for p in proposals([pending])[pending.pk]]

    return proposals_for


@pytest.mark.parametrize(
    ("name", "taxon", "why"),
    [
        ("Calanus_finmarchicus", "Calanus finmarchicus", "same name, written otherwise"),
        ("Calanus finmarchicus sp.", "Calanus finmarchicus", "same name without the rest"),
        ("Calanus cf. finmarchicus", "Calanus finmarchicus", "same name without the rest"),
        ("Kopepoda", "Copepoda", "one letter differs"),
        ("Copepda", "Copepoda", "one letter differs"),
        ("Copepdoa", "Copepoda", "one letter differs"),
        ("Calanus finmarchicuss", "Calanus finmarchicus", "one letter differs"),
        ("Alanus finmarchicus", "Calanus finmarchicus", "one letter differs"),
        ("Copepods", "Copepoda", "synonym"),
        ("Copepodz", "Copepoda", "one letter differs"),
    ],
)
def test_the_best_comes_first_with_its_reason(proposals_for, name, taxon, why):
    ensure_taxa(TREE)
    Synonym.objects.create(taxon=Taxon.objects.get(name="Copepoda"), name="Copepods")
    assert proposals_for(name)[0] == ("map", taxon, why, True)


def test_nothing_is_clear_where_two_are_as_good(proposals_for):
    first, second, *_ = proposals_for("Acarxia")
    assert {first[1], second[1]} == {"Acartia", "Acarcia"}
    assert not first[3] and not second[3]


def test_a_lineage_that_leads_elsewhere_is_no_clear_proposal(proposals_for):
    elsewhere = TaxonName("Acartia", ("living", "Fish", "Acartia"))
    assert proposals_for(elsewhere) == [
        ("create", "Fish", "its lineage leads there", True),
        ("map", "Acarcia", "one letter differs", False),
        ("map", "Acartia", "same name, in another place", False),
    ]


def test_a_missing_species_is_created_below_its_genus(proposals_for):
    assert proposals_for("Calanus hyperboreus")[0] == ("create", "Calanus", "its genus", True)


def test_what_begins_alike_is_offered_and_never_clear(proposals_for):
    assert proposals_for("Oithina") == [("map", "Oithona similis", "begins alike", False)]
    assert proposals_for("x?") == []


def test_an_egg_of_another_parent_is_made_where_its_name_says(proposals_for):
    assert proposals_for("egg<Copepoda")[:2] == [
        ("create", "Copepoda", "its lineage leads there", True),
        ("map", "egg<Fish", "same name, in another place", False),
    ]


def test_what_was_settled_in_another_project_is_proposed_here(proposals_for, waiting, alice, project):
    (before,) = waiting("bestiole")
    map_name(pending=before, taxon=Taxon.objects.get(name="Copepoda"), user=alice)
    other = type(project).objects.create(title="other")
    (name,) = note_pending(project=other, names=[TaxonName("Bestiole")]).values()
    (proposal,) = proposals([name])[name.pk]
    assert (proposal.name, proposal.why, proposal.is_clear) == ("Copepoda", "settled so before", True)


def test_what_was_merged_is_proposed_as_what_it_became(proposals_for):
    ensure_taxa(TREE)
    became = Taxon.objects.get(name="Oithona similis")
    Taxon.objects.filter(name="Acartia").update(replaced_by=became, status="D")
    Taxon.objects.filter(name="Acarcia").update(status="D")
    assert proposals_for("Acartya")[0][1] == "Oithona similis"
    assert "Acarcia" not in [name for _, name, *_ in proposals_for("Acarcja")], "nobody can choose it"


def test_the_lineage_of_a_proposal_is_told(waiting):
    (name,) = waiting("Calanus_finmarchicus")
    assert proposals([name])[name.pk][0].lineage == ["living", "Copepoda", "Calanidae", "Calanus"]


def test_names_together_mean_what_each_means_alone(waiting, django_assert_num_queries):
    names = waiting(
        "Calanus_finmarchicus",
        "Kopepoda",
        "Oithina",
        "Acarxia",
        "Calanus hyperboreus",
        "egg<Copepoda",
        "x?",
        "ab",
    )
    alone = {name.pk: proposals([name])[name.pk] for name in names}
    with django_assert_num_queries(5):
        assert proposals(names) == alone
    assert [proposal.name for proposal in clear_maps(names).values()] == ["Calanus finmarchicus", "Copepoda"]


def test_a_name_too_short_is_like_none():
    assert halves("eggs").head == ""
