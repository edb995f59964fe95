"""The picker finds taxa by their names, by words of them, and by synonyms."""

import pytest
from django.db import IntegrityError, transaction

from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon
from annotations.taxonomy.queries import complete
from tests.worlds import shared_rows


@shared_rows
def taxa(db) -> dict[str, Taxon]:
    names = ["Calanus finmarchicus", "Calanoides acutus", "egg<Calanus", "Oithona"]
    ensure_taxa([TaxonName("Calanus finmarchicus", ("Crustacea", "Copepoda", "Calanus finmarchicus"))])
    ensure_taxa([TaxonName(name) for name in names])
    Synonym.objects.create(
        taxon=Taxon.objects.get(display_name="Calanus finmarchicus"), name="Cetochilus septentrionalis"
    )
    Synonym.objects.create(taxon=Taxon.objects.get(display_name="Oithona"), name="Scribella")
    return {taxon.display_name: taxon for taxon in Taxon.objects.all()}


def names(text: str, **more) -> list[str]:
    return [each["name"] for each in complete(text, **more)]


def test_by_the_beginning_of_a_name_or_a_part_of_it(taxa):
    assert names("calan")[:2] == ["Calanoides acutus", "Calanus finmarchicus"]
    assert "egg<Calanus" in names("calan")
    assert names("acutus") == ["Calanoides acutus"]


def test_by_a_synonym_which_is_told(taxa):
    (result,) = complete("cetoch")
    assert result == {
        "id": taxa["Calanus finmarchicus"].pk,
        "name": "Calanus finmarchicus",
        "lineage": ["Crustacea", "Copepoda", "Calanus finmarchicus"],
        "synonym": "Cetochilus septentrionalis",
        "rank": "",
        "is_italic": True,
    }
    assert all(result["synonym"] is None for result in complete("calan")), "its own name needs no explanation"


def test_what_is_wanted_first_comes_first(taxa):
    assert names("calan", first=[taxa["Calanus finmarchicus"].pk])[0] == "Calanus finmarchicus"


def test_what_is_written_out_comes_before_what_is_wanted_first(taxa):
    """Enter gives the first: whoever writes a name out means that taxon."""
    ensure_taxa([TaxonName("Calanus"), TaxonName("egg<Calanus")])
    egg, species = (
        Taxon.objects.get(display_name=name).pk for name in ("egg<Calanus", "Calanus finmarchicus")
    )
    assert names("calanus", first=[egg, species])[:3] == ["Calanus", "Calanus finmarchicus", "egg<Calanus"]
    assert names("calan", first=[egg, species])[:2] == ["Calanus finmarchicus", "egg<Calanus"]


@shared_rows
def decapods(db) -> dict[str, Taxon]:
    """Much used ones whose names nearly are, or hold, what is typed, and rarer ones that are called so."""
    lineages = [
        ("decapods",),
        ("Decapodiformes",),
        ("Decapoda larvae",),
        ("Malacostraca", "Decapoda<Malacostraca"),
        ("Cladocera", "Évadne"),
        ("Evadne spinifera",),
        ("shrimps",),
        ("egg<Oithona",),
        ("egg",),
        ("Evadne",),
    ]
    ensure_taxa([TaxonName(lineage[-1], lineage) for lineage in lineages])
    taxa = {taxon.display_name: taxon for taxon in Taxon.objects.all()}
    for name in ("decapods", "Decapodiformes", "Decapoda larvae", "Evadne spinifera"):
        Synonym.objects.create(taxon=taxa[name], name=f"Caridea of {name}")
    Synonym.objects.create(taxon=taxa["decapods"], name="Decapoda")
    Synonym.objects.create(taxon=taxa["shrimps"], name="Caridea")
    Taxon.objects.exclude(name__in=["Decapoda", "Évadne", "shrimps"]).update(used=900)
    return taxa


@pytest.mark.parametrize("text", ["Decapoda", "decapoda", "DECAPODA", "Décapoda"])
def test_a_name_in_full_is_first_whatever_is_used_or_was_chosen_before(decapods, text):
    before = [
        decapods[name].pk for name in ("decapods", "Decapoda larvae", "Decapodiformes", "Evadne spinifera")
    ]
    assert names(text, first=before)[0] == "Decapoda<Malacostraca"
    assert names(text, limit=1) == ["Decapoda<Malacostraca"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Caridea", "shrimps"), ("Évadne", "Évadne"), ("Evadne", "Evadne"), ("egg", "egg"), ("EGG", "egg")],
)
def test_a_synonym_in_full_and_what_is_written_letter_by_letter_are_first(decapods, text, expected):
    before = [taxon.pk for name, taxon in decapods.items() if name != expected]
    assert names(text, first=before)[0] == expected


def test_the_former_name_of_a_taxon_in_full_is_first(decapods):
    Taxon.objects.filter(display_name="Decapodiformes").update(replaced_by=decapods["shrimps"], status="D")
    assert names("decapodiformes", first=[decapods["decapods"].pk])[0] == "shrimps"


def test_each_of_many_names_is_the_first_that_it_finds(taxa, decapods):
    everything = [taxon.pk for taxon in Taxon.objects.order_by("-pk")]
    for name in Taxon.objects.values_list("display_name", flat=True):
        assert names(name, first=everything)[0] == name


@pytest.mark.parametrize(
    "text", ["cal fin", "fin cal", "FINMARCHICUS, cal", "calanus fimnarchicus", "c. finm"]
)
def test_by_words_in_any_order_and_with_a_letter_wrong(taxa, text):
    assert names(text) == ["Calanus finmarchicus"]


@pytest.mark.parametrize("text", ["cetochilsu", "septentr ceto", "Scribela"])
def test_synonyms_are_found_in_the_same_ways(taxa, text):
    assert complete(text)[0]["synonym"] in ("Cetochilus septentrionalis", "Scribella")


@pytest.mark.parametrize("text", ["100%", "_", "\\", "\0", "'; DROP TABLE"])
def test_signs_are_taken_literally(taxa, text):
    assert names(text) == ([] if text != "\0" else names(""))


def test_a_synonym_is_noted_once_a_taxon(taxa):
    with pytest.raises(IntegrityError), transaction.atomic():
        Synonym.objects.create(taxon=taxa["Oithona"], name="SCRIBELLA")


def test_an_administrator_notes_synonyms(client, root, bob, taxa):
    url = f"/admin/taxonomy/taxon/{taxa['Oithona'].pk}/change/"
    client.force_login(bob)
    assert client.get(url).status_code == 302, "to the sign-in of administrators"
    client.force_login(root)
    page = client.get(url).content.decode()
    assert "Scribella" in page
    body = {
        "rank": "genus",
        "aphia_id": "106485",
        "synonyms-TOTAL_FORMS": "2",
        "synonyms-INITIAL_FORMS": "1",
        "synonyms-0-id": Synonym.objects.get(name="Scribella").pk,
        "synonyms-0-taxon": taxa["Oithona"].pk,
        "synonyms-0-name": "Scribella",
        "synonyms-1-taxon": taxa["Oithona"].pk,
        "synonyms-1-name": "Microsetella anglica",
    }
    assert client.post(url, body).status_code == 302
    assert names("microset") == ["Oithona"]


def test_of_names_that_a_slip_may_mean_a_taxon_s_own_comes_before_a_synonym(taxa):
    Synonym.objects.create(taxon=taxa["Oithona"], name="Copepods of old")
    Taxon.objects.filter(display_name="Oithona").update(used=9)
    assert names("coppepod")[:2] == ["Copepoda", "Oithona"]
