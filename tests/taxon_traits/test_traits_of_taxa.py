"""Lists of traits of taxa: brought with their source, inherited down the tree, made into groups."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.common.problems import Problems
from annotations.regroupings.models import Regrouping
from annotations.regroupings.starting_points import starting_rows
from annotations.taxon_traits.actions import import_trait, match_again
from annotations.taxon_traits.models import TaxonTrait
from annotations.taxon_traits.queries import traits_of, unknown_names
from annotations.taxon_traits.tables import read_values
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon, TaxonStatus
from tests.plankton import tow
from tests.regroupings.conftest import tree

__all__ = ["tow", "tree"]
LIST = b"scientific_name,trophic_type\nCopepoda,HT\nCalanus,AU|MX\nAcanthoica,MX\n"


def bring(root, values: dict[str, str], **more: object) -> TaxonTrait:
    return import_trait(user=root, name="trophic type", source="SMHI", values=values, **more)


def test_the_nearest_taxon_above_says_the_value(root, tree):
    bring(
        root, {"Copepoda": "HT", "Calanus": "AU|MX"}, value_names={"AU": "autotrophic", "MX": "mixotrophic"}
    )
    stated = {name: traits_of(Taxon.objects.get(pk=pk)) for name, pk in vars(tree).items()}
    assert {name: [(one.in_words, one.of) for one in several] for name, several in stated.items()} == {
        "copepoda": [("HT", "Copepoda")],
        "calanoida": [("HT", "Copepoda")],
        "calanus": [("autotrophic or mixotrophic", "Calanus")],
        "oithona": [("HT", "Copepoda")],
        "appendicularia": [],
    }


def test_of_two_names_of_one_taxon_its_own_says_the_value(root, tow, tree):
    """Oithona was merged into Calanus: on its page and in groups Calanus is what the line of Calanus says."""
    Taxon.objects.filter(pk=tree.oithona).update(status=TaxonStatus.DEPRECATED, replaced_by=tree.calanus)
    trait = bring(root, {"Calanus": "HT", "Oithona": "AU"})
    assert set(trait.values.values_list("taxon", flat=True)) == {tree.calanus}
    assert starting_rows(tow.project, f"trait:{trait.pk}").rows == {tree.calanus: "HT"}
    assert [each.in_words for each in traits_of(Taxon.objects.get(pk=tree.calanus))] == ["HT"]


def test_names_that_the_site_does_not_know_are_listed_and_found_later(root, tree):
    trait = bring(root, {"Copepoda": "HT", "Acanthoica": "MX"})
    assert unknown_names(trait) == ["Acanthoica"]
    (acanthoica,) = ensure_taxa([TaxonName("Acanthoica")]).values()
    assert match_again(trait=trait, user=root) == 1
    assert traits_of(Taxon.objects.get(pk=acanthoica))[0].value.value == "MX"


def test_a_list_that_comes_again_says_what_it_changed(root, tree):
    bring(root, {"Copepoda": "HT", "Calanus": "HT"})
    trait = bring(root, {"Copepoda": "MX", "Oithona": "HT"})
    assert trait.imports.all()[0].sentence == (
        "A list: 1 new, 1 changed, 1 removed; 2 of 2 names are taxa of the site"
    )
    assert dict(trait.values.values_list("name", "value")) == {"Copepoda": "MX", "Oithona": "HT"}


def test_only_administrators_bring_lists_and_with_a_source(root, alice):
    with pytest.raises(PermissionDenied):
        bring(alice, {"Copepoda": "HT"})
    with pytest.raises(ValidationError, match="Say where the list comes from"):
        import_trait(user=root, name="x", source=" ", values={"Copepoda": "HT"})


def test_what_is_wrong_in_a_list_is_named_by_line():
    problems = Problems(thing="table")
    read_values("name,value\nCopepoda,HT\nCalanus\nCopepoda,AU\n", "t.csv", problems)
    assert [(each["line"], each["column"]) for each in problems.listed] == [(3, "value"), (4, "value")]


def test_a_list_becomes_a_regrouping_in_one_click(client, root, alice, tow, tree):
    client.force_login(root)
    file = SimpleUploadedFile("trophic_types.csv", LIST)
    names = "HT = heterotrophic\nAU = autotrophic\nMX = mixotrophic"
    sent = {
        "name": "trophic type",
        "source": "SMHI list",
        "licence": "MIT",
        "value_names": names,
        "table": file,
    }
    page = client.post("/taxon-traits/new/", sent, follow=True).content.decode()
    assert "SMHI list" in page and "Acanthoica" in page
    trait = TaxonTrait.objects.get()
    client.force_login(alice)
    listed = client.get(f"/projects/{tow.project.pk}/regroupings/").content.decode()
    assert f'value="trait:{trait.pk}"' in listed
    sent = {"start": f"trait:{trait.pk}", "name": "trophic type"}
    client.post(f"/projects/{tow.project.pk}/regroupings/new/", sent)
    regrouping = Regrouping.objects.get()
    assert set(regrouping.rows.values_list("taxon__name", "group__name")) == {
        ("Copepoda", "heterotrophic"),
        ("Calanus", "autotrophic or mixotrophic"),
    }
    assert regrouping.source == "from trophic type: SMHI list"


def test_the_page_of_a_taxon_has_it_with_its_source(client, root, alice, tow):
    bring(root, {"Copepoda": "HT"}, licence="MIT", value_names={"HT": "heterotrophic"})
    client.force_login(alice)
    page = client.get(f"/projects/{tow.project.pk}/taxa/{tow.copepoda}/").content.decode()
    assert "heterotrophic" in page and "SMHI, MIT" in page
    client.force_login(root)
    assert "heterotrophic" in client.get(f"/taxa/{tow.copepoda}/").content.decode()


def test_the_api_says_them_with_their_source(client, root, alice, tree, monkeypatch):
    monkeypatch.setattr("annotations.api.views.taxon_traits.PAGE", 1)
    trait = bring(
        root,
        {"Copepoda": "HT", "Acanthoica": "MX"},
        licence="CC BY 4.0",
        value_names={"HT": "heterotrophic"},
    )
    client.force_login(alice)
    (listed,) = client.get("/api/v1/taxon-traits/").json()
    assert (listed["name"], listed["source"], listed["names"], listed["matched"]) == (
        "trophic type",
        "SMHI",
        2,
        1,
    )
    first = client.get(f"/api/v1/taxon-traits/{trait.pk}/values/").json()
    address = f"/api/v1/taxon-traits/{trait.pk}/values/?cursor={first['next']}"
    values = [*first["results"], *client.get(address).json()["results"]]
    assert {each["name"]: (each["taxon"], each["in_words"]) for each in values} == {
        "Copepoda": (tree.copepoda, "heterotrophic"),
        "Acanthoica": (None, "MX"),
    }
    (stated,) = client.get(f"/api/v1/taxa/{tree.oithona}/traits/").json()
    assert (stated["in_words"], stated["of"], stated["licence"]) == ("heterotrophic", "Copepoda", "CC BY 4.0")
