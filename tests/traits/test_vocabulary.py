"""Defining traits without code: what is checked, what is kept, what can't be taken back."""

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.labels.targets import Target
from annotations.taxon_matching.merging import merge_taxa, undo_merge
from annotations.taxon_matching.models import Merge
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait
from annotations.traits.sets import SETS
from annotations.traits.vocabulary import adopt_set, change_trait, current_version, define_trait, order_traits

pytestmark = pytest.mark.django_db


def test_every_ready_made_set_can_be_adopted_beside_the_others(project, alice):
    for name, entry in SETS.items():
        assert len(adopt_set(project=project, user=alice, name=name)) == len(entry.traits)
    traits = list(Trait.objects.filter(project=project))
    keys = [trait.quick_key for trait in traits if trait.quick_key]
    assert len(keys) == len(set(keys)), "no two have the same quick key"
    assert all(trait.icon for trait in traits)
    number = next(trait for trait in traits if trait.key == "egg_number")
    assert (number.only_if.key, number.only_if_choices) == ("egg_sac", ["yes"])


def test_a_set_adopted_twice_adds_nothing(project, alice):
    adopt_set(project=project, user=alice, name="Reproduction")
    version = current_version(project.pk).number
    assert version == 1, "a set is one change"
    assert adopt_set(project=project, user=alice, name="Reproduction") == []
    assert current_version(project.pk).number == version


def test_an_unknown_set_is_refused(project, alice):
    with pytest.raises(ValidationError, match="Known are Functional groups"):
        adopt_set(project=project, user=alice, name="Colours")


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"name": ""}, "name", "needs a name"),
        ({"name": "???"}, "name", "letters"),
        ({"kind": "colour"}, "kind", "none of"),
        ({"kind": "one", "choices": ["only"]}, "choices", "two choices"),
        ({"kind": "one", "choices": ["a", "A"]}, "choices", "the same"),
        ({"kind": "measure"}, "unit", "needs a unit"),
        ({"quick_key": "E"}, "quick_key", "one letter"),
        ({"concept": "no address"}, "concept", "URL"),
        ({"icon": "x"}, "icon", "not a valid choice"),
        ({"applies_to": [10**9]}, "applies_to", "no taxon"),
        ({"name": "Egg sac"}, "__all__", "already"),
    ],
)
def test_a_bad_definition_names_the_field_and_changes_nothing(lagoon, alice, fields, field, says):
    before = current_version(lagoon.project.pk).number
    with pytest.raises(ValidationError, match=says) as refused:
        define_trait(project=lagoon.project, user=alice, **{"name": "New", "kind": "flag", **fields})
    assert field in refused.value.message_dict
    assert current_version(lagoon.project.pk).number == before


def test_a_default_must_be_a_value_of_the_trait(lagoon, alice):
    with pytest.raises(ValidationError, match="takes one of yes, no"):
        define_trait(project=lagoon.project, user=alice, name="New", kind="flag", default="maybe")


def test_a_condition_is_about_another_trait_with_choices_and_never_circular(lagoon, alice):
    with pytest.raises(ValidationError, match="list of choices"):
        change_trait(trait=lagoon.sac, user=alice, only_if=lagoon.length, only_if_choices=["x"])
    with pytest.raises(ValidationError, match="Say with which value"):
        change_trait(trait=lagoon.stage, user=alice, only_if=lagoon.sac, only_if_choices=["maybe"])
    change_trait(trait=lagoon.stage, user=alice, only_if=lagoon.sac, only_if_choices=["yes"])
    with pytest.raises(ValidationError, match="depend on itself"):
        change_trait(trait=lagoon.sac, user=alice, only_if=lagoon.stage, only_if_choices=["adult"])


def test_two_active_traits_do_not_share_a_quick_key(lagoon, alice):
    with pytest.raises(ValidationError):
        change_trait(trait=lagoon.stage, user=alice, quick_key="e")
    change_trait(trait=lagoon.sac, user=alice, is_active=False)
    lagoon.stage.refresh_from_db()
    assert change_trait(trait=lagoon.stage, user=alice, quick_key="e").quick_key == "e"


def test_what_values_use_cannot_be_taken_away(lagoon, alice):
    set_trait_values(trait=lagoon.stage, user=alice, targets=[Target(lagoon.objects[0].pk, 0)], value="adult")
    with pytest.raises(ValidationError, match="1 objects have a value of this kind"):
        change_trait(trait=lagoon.stage, user=alice, kind="count", choices=[])
    lagoon.stage.refresh_from_db()
    with pytest.raises(ValidationError, match="1 objects have 'adult'"):
        change_trait(trait=lagoon.stage, user=alice, choices=["nauplius", "juvenile"])
    lagoon.stage.refresh_from_db()
    renamed = [{"key": "adult", "name": "fully grown"}, {"key": "nauplius", "name": "nauplius"}]
    assert change_trait(trait=lagoon.stage, user=alice, choices=renamed).choice_name("adult") == "fully grown"


def test_every_change_leaves_a_version_of_the_whole_behind(lagoon, alice):
    first = current_version(lagoon.project.pk)
    change_trait(trait=lagoon.stage, user=alice, help="By the number of legs.")
    second = current_version(lagoon.project.pk)
    assert (second.number, second.user) == (first.number + 1, alice)
    helped = {entry["key"]: entry["help"] for entry in second.content}
    assert helped["stage"] == "By the number of legs."
    assert {entry["key"]: entry["help"] for entry in first.content}["stage"] == ""
    assert {entry["key"]: entry["only_if"] for entry in second.content}["number_of_eggs"] == "egg_sac"


def test_the_order_is_the_managers(lagoon, alice):
    order_traits(project=lagoon.project, user=alice, keys=["remark", "stage"])
    keys = list(Trait.objects.filter(project=lagoon.project).values_list("key", flat=True))
    assert keys == ["remark", "stage", "egg_sac", "number_of_eggs", "antennae", "prosome_length"]


def test_an_example_is_shown_with_the_trait_and_taken_away_again(lagoon, client, carla, alice):
    one = lagoon.objects[0]
    set_trait_values(trait=lagoon.stage, user=alice, targets=[Target(one.pk, 0)], value="adult")
    client.force_login(carla)
    base = f"/projects/{lagoon.project.pk}"
    panel = client.get(f"{base}/vignettes/{one.pk}/").content.decode()
    assert "make it an example" in panel
    url = f"{base}/traits/{lagoon.stage.pk}/examples/{one.pk}/"
    assert "★ example" in client.post(url).content.decode()
    listed = client.get(f"{base}/traits/").content.decode()
    assert 'alt="adult"' in listed
    assert '"choice": "adult"' in client.get(f"{base}/").content.decode(), "the palette shows it, too"
    assert "make it an example" in client.post(url).content.decode()
    assert 'alt="adult"' not in client.get(f"{base}/traits/").content.decode()


def test_where_a_trait_applies_follows_merged_taxa_and_comes_back(lagoon, root):
    copepoda, other = Taxon.objects.get(pk=lagoon.copepoda), Taxon.objects.get(pk=lagoon.appendicularia)
    merge_taxa(taxon=copepoda, into=other, user=root)
    lagoon.sac.refresh_from_db()
    assert lagoon.sac.applies_to == [other.pk]
    Job.objects.update(finished="2026-01-01T00:00Z", state="done")
    undo_merge(merge=Merge.objects.get(), user=root)
    lagoon.sac.refresh_from_db()
    assert lagoon.sac.applies_to == [copepoda.pk]


def test_the_form_keeps_the_taxa_that_a_trait_applies_to(lagoon, client, alice):
    client.force_login(alice)
    url = f"/projects/{lagoon.project.pk}/traits/new/"
    fields = {"name": "Lipid sac", "kind": "flag", "applies_to": ["Copepoda", "", "Nobody"]}
    refused = client.post(url, fields)
    assert refused.status_code == 400
    assert "There is no taxon &#x27;Nobody&#x27;" in refused.content.decode()
    assert client.post(url, {**fields, "applies_to": ["Copepoda", "Appendicularia", ""]}).status_code == 302
    made = Trait.objects.get(key="lipid_sac")
    assert made.applies_to == [lagoon.copepoda, lagoon.appendicularia]
    html = client.get(f"/projects/{lagoon.project.pk}/traits/{made.pk}/").content.decode()
    assert 'value="Copepoda"' in html and 'value="Appendicularia"' in html
