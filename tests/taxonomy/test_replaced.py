"""A merged taxon is what it became, at every door."""

import json
import re

import pytest
from django.urls import reverse

from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.learning.sets.plan import make_plan
from annotations.learning.sets.recipe import Recipe
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.taxon_matching.merging import merge_taxa, relabel_merged
from annotations.taxonomy.actions import TaxonName, ensure_taxa, known_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.presets import set_favourites, set_training_rules
from annotations.taxonomy.queries import complete, favourites_of, learnt_as
from annotations.taxonomy.replacements import in_use, scores_in_use
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def chain(db) -> tuple[Taxon, Taxon, Taxon]:
    """The first became the second, and that the third."""
    names = [TaxonName("Oldella", ecotaxa_id=1), TaxonName("Midella"), TaxonName("Newella")]
    ids = ensure_taxa(names)
    old, mid, new = (Taxon.objects.get(pk=ids[name]) for name in names)
    Taxon.objects.filter(pk=old.pk).update(status="D", replaced_by=mid)
    Taxon.objects.filter(pk=mid.pk).update(status="D", replaced_by=new)
    return tuple(Taxon.objects.get(pk=taxon.pk) for taxon in (old, mid, new))


def test_it_is_followed_to_the_end_and_a_circle_ends_too(chain):
    old, mid, new = (taxon.pk for taxon in chain)
    assert in_use([old, mid, new, 10**12]) == {old: new, mid: new, new: new, 10**12: 10**12}
    Taxon.objects.filter(pk=new).update(status="D", replaced_by=old)
    assert set(in_use([old, mid, new])) == {old, mid, new}
    assert known_taxa([TaxonName("Oldella")])


def test_by_name_and_by_ecotaxa_id(chain):
    new = chain[2]
    by_name, by_number, below = (
        TaxonName("OLDELLA"),
        TaxonName("x", ecotaxa_id=1),
        TaxonName("egg", ("Oldella",)),
    )
    assert ensure_taxa([by_name, by_number]) == {by_name: new.pk, by_number: new.pk}
    egg = Taxon.objects.get(pk=ensure_taxa([below])[below])
    assert egg.parent == new, "a lineage through it, too"
    assert known_taxa([below]) == {below: egg.pk}
    assert complete("oldel")[0]["name"] == "Newella"


def test_labelling_with_it_gives_its_replacement_and_says_so(client, tow, alice, chain):
    old, _, new = chain
    client.force_login(alice)
    first = Object.objects.filter(project=tow.project).first()
    answer = client.post(
        f"/api/v1/projects/{tow.project.pk}/annotations/",
        {"objects": [{"id": first.pk, "version": first.version}], "taxon": old.pk},
        content_type="application/json",
    ).json()
    first.refresh_from_db()
    assert first.taxon == new
    assert answer["replaced"] == {
        "taxon": {"id": old.pk, "name": "Oldella"},
        "by": {"id": new.pk, "name": "Newella"},
    }


def test_a_model_that_learnt_it_predicts_its_replacement(tow, alice, chain):
    old, mid, new = chain
    first = Object.objects.filter(project=tow.project, state="U").first()
    batch = Batch.objects.create(project=tow.project, kind="prediction", user=alice)
    assert write_predictions(batch=batch, rows=[(first.pk, old.pk, 0.9, 0.8, 0.1)]) == 1
    first.refresh_from_db()
    assert (first.taxon, first.state) == (new, "P")
    best = [(old.pk, 0.4), (7, 0.45), (mid.pk, 0.1)]
    assert scores_in_use(best, in_use([old.pk, mid.pk])) == [(new.pk, 0.5), (7, 0.45)]


def test_a_filter_by_it_finds_what_it_became_but_by_one_that_is_only_deprecated_what_has_it(
    tow, alice, chain
):
    old, _, new = chain
    first, second = Object.objects.filter(project=tow.project)[:2]
    label_objects(project=tow.project, user=alice, targets=[Target(first.pk, first.version)], taxon=new)
    assert Filter.parse({"taxon": [old.pk]}).taxon == (new.pk,)
    assert Filter.parse({"taxon": [old.pk, new.pk, "none"]}).taxon == (new.pk, 0)
    Object.objects.filter(pk=second.pk).update(taxon=old, state="V")
    assert Filter.parse({"taxon": [old.pk]}).taxon == (old.pk,), "to find what still has it"


def test_a_saved_view_of_it_shows_what_it_became_after_a_merge(client, root, tow):
    copepoda, appendicularia = (Taxon.objects.get(pk=pk) for pk in (tow.copepoda, tow.appendicularia))
    client.force_login(root)
    url = f"/api/v1/projects/{tow.project.pk}/objects/?taxon={copepoda.pk}"
    before = {entry["id"] for entry in client.get(url).json()["results"]}
    assert before
    job = merge_taxa(taxon=copepoda, into=appendicularia, user=root)
    work(job, relabel_merged)
    after = {entry["id"]: entry["taxon"]["id"] for entry in client.get(url).json()["results"]}
    assert before <= set(after) and set(after.values()) == {appendicularia.pk}


def test_favourites_training_groups_and_learning_sets(project, chain):
    old, mid, new = (taxon.pk for taxon in chain)
    other = ensure_taxa([name := TaxonName("Otherella")])[name]
    set_favourites(project=project, taxa=[old, other, new])
    assert favourites_of(project) == [new, other]
    set_training_rules(project=project, rules={other: old})
    assert learnt_as([(project.pk, other)]) == {(project.pk, other): new}
    project.training_rules.all().delete()
    project.training_rules.create(taxon_id=mid, into_id=other)
    assert learnt_as([(project.pk, new)]) == {(project.pk, new): other}
    project.training_rules.update(into=None)
    assert learnt_as([(project.pk, new)]) == {}, "nothing is left out because of a merge"
    recipe = Recipe.read(
        {
            "projects": [{"project": project.pk}],
            "taxa": [old, other],
            "merge": {str(other): mid},
            "caps": {str(mid): 9},
        }
    )
    counts = {(project.pk, new): 20, (project.pk, other): 10}
    plan = make_plan(recipe, counts)
    assert plan.sizes == {new: 30} and recipe.in_use([new, other]).most_of(new) == 9


def test_a_project_s_page_of_presets_takes_it_away(client, alice, project, chain):
    old = chain[0]
    client.force_login(alice)
    url = reverse("taxonomy:presets", args=[project.pk])
    project.training_rules.create(taxon=old, into=None)
    project.favourites.create(taxon=old, position=0)
    client.post(url, {"act": "ungroup", "taxon": "Oldella"})
    client.post(url, {"act": "unfavour", "taxon": "Oldella"})
    assert not project.training_rules.exists() and not project.favourites.exists()


def test_quick_keys_give_what_it_became(client, tow, alice, chain):
    old, _, new = chain
    alice.preferences = {
        "quick": {"v": {"id": old.pk, "name": "Oldella"}, "w": {"id": tow.copepoda, "name": "C"}}
    }
    alice.save()
    client.force_login(alice)
    html = client.get(f"/projects/{tow.project.pk}/").content.decode()
    quick = json.loads(re.search(r'id="preferences"[^>]*>(.*?)</script>', html, re.S).group(1))["quick"]
    assert quick == {"v": {"id": new.pk, "name": "Newella"}, "w": {"id": tow.copepoda, "name": "C"}}


@pytest.mark.parametrize("quick", [[], "v", None, {"1": 5, "2": {"id": []}, "3": {"id": 2**70, "name": "x"}}])
def test_quick_keys_of_any_shape_break_no_page(quick, client, alice, project):
    alice.preferences = {"quick": quick}
    alice.save()
    client.force_login(alice)
    assert client.get(f"/projects/{project.pk}/").status_code == 200
