"""A cluster gets its name and values of traits in one decision: written together, taken back together."""

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from annotations.accounts.tokens import create_token
from annotations.clusters.actions import name_cluster, validate_cluster
from annotations.clusters.current_question import question_about
from annotations.clusters.tree.actions import make_group
from annotations.clusters.tree.naming import name_group
from annotations.history.queries import action
from annotations.history.sitting import Stack, steps
from annotations.history.wording import lines
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import TraitValue
from annotations.traits.queries import values_now
from annotations.traits.undoing import undo_whole
from annotations.traits.vocabulary import define_trait
from tests.clusters.conftest import GROUPS
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def sac(sea, people):
    return define_trait(
        project=sea.project, user=people.alice, name="Egg sac", kind="flag", applies_to=[sea.copepoda]
    )


@shared_rows
def eggs(sea, people, sac):
    return define_trait(
        project=sea.project,
        user=people.alice,
        name="Eggs",
        kind="count",
        only_if=sac,
        only_if_choices=["yes"],
    )


@shared_rows
def validated(drawn, people):
    validate_cluster(cluster=drawn[0], user=people.bob)
    return drawn[0]


@shared_rows
def copepods(sea) -> Taxon:
    return Taxon.objects.get(pk=sea.copepoda)


def values(trait, objects) -> list:
    return [entry["value"] for entry in values_now(trait.pk, [each.pk for each in objects])]


def test_one_decision_and_one_undo(sea, validated, people, copepods, sac, eggs):
    outcome = name_cluster(
        cluster=validated, user=people.bob, taxon=copepods, traits={"eggs": 12, "egg_sac": "yes"}
    )
    members = sea.groups[0]
    assert (outcome.changed, [each["changed"] for each in outcome.traits]) == (len(members), [24, 24])
    assert values(sac, members) == [["yes"]] * len(members)
    assert values(eggs, members) == [12] * len(members)
    assert TraitValue.objects.count() == 2 * len(members)  # of nothing else
    batch = Batch.objects.get(pk=outcome.batch)
    assert batch.changed == len(members)
    [line] = lines([action(sea.project.pk, outcome.batch)], people.bob, Role.ANNOTATOR)
    assert line.what == "Copepoda, validated; Egg sac: yes; Eggs: 12"
    undone = undo_whole(batch=batch, user=people.bob, role=Role.ANNOTATOR)
    assert values(sac, members) + values(eggs, members) == [None] * 2 * len(members)
    assert not Object.objects.filter(taxon=copepods).exists()
    assert question_about(validated, people.bob)["phase"] == "name"
    again = Batch.objects.get(pk=undone.batch)
    undo_whole(batch=again, user=people.bob, role=Role.ANNOTATOR)
    assert (values(eggs, members)[0], Object.objects.filter(taxon=copepods).count()) == (12, len(members))


def test_what_a_person_said_of_a_trait_stays_and_is_a_conflict(sea, validated, people, copepods, sac, eggs):
    scored, alike, counted, *rest = sea.groups[0]
    Object.objects.filter(pk__in=[scored.pk, alike.pk, counted.pk]).update(taxon=copepods, state="P")
    for each, value in ((scored, "yes"), (alike, "no"), (counted, "yes")):
        set_trait_values(trait=sac, user=people.carla, targets=[Target(each.pk, 0)], value=value)
    set_trait_values(trait=eggs, user=people.carla, targets=[Target(counted.pk, 0)], value=3)
    TraitValue.objects.filter(object=counted, trait=sac).update(state="P")  # a model's, with a person's on it
    outcome = name_cluster(cluster=validated, user=people.bob, taxon=copepods, traits={"egg_sac": "no"})
    [of_sac] = outcome.traits
    assert of_sac["changed"] == len(rest)
    assert [(c["id"], c["value"], c["annotator"]) for c in of_sac["conflicts"]] == [
        (scored.pk, ["yes"], "Carla"),
        (counted.pk, 3, "Carla"),
    ]
    assert values(sac, [scored, alike, counted, rest[0]]) == [["yes"], ["no"], ["yes"], ["no"]]
    assert values(eggs, [counted]) == [3]
    undo_whole(batch=Batch.objects.get(pk=outcome.batch), user=people.bob, role=Role.ANNOTATOR)
    assert values(sac, [scored, alike, counted, rest[0]]) == [["yes"], ["no"], ["yes"], None]


@pytest.mark.parametrize(
    ("traits", "why"),
    [
        ({"colour": "red"}, "`traits` names 'colour', but the project offers egg_sac, eggs"),
        ({"egg_sac": "yes"}, r"Egg sac \(`egg_sac`\) applies to none of these objects"),
        ({"eggs": 3}, "Eggs .* asks for Egg sac: yes"),
        ({"egg_sac": "perhaps"}, "Egg sac is 'perhaps'"),
    ],
)
def test_a_trait_that_is_not_theirs_names_nothing(sea, validated, people, sac, eggs, traits, why):
    salps = Taxon.objects.get(pk=sea.salpida)
    with pytest.raises(ValidationError, match=why):
        name_cluster(cluster=validated, user=people.bob, taxon=salps, traits=traits)
    assert not Object.objects.filter(taxon=salps).exists()
    assert not TraitValue.objects.exists()


def test_ctrl_z_reaches_it_under_a_value_given_on_top(sea, validated, people, copepods, sac):
    outcome = name_cluster(cluster=validated, user=people.bob, taxon=copepods, traits={"egg_sac": "yes"})
    later = set_trait_values(
        trait=sac, user=people.bob, targets=[Target(each.pk, 1) for each in sea.groups[0]], value="no"
    )
    done, _ = steps(sea.project.pk, people.bob, Stack.DONE)
    assert [step.batch for step in done] == [later.batch, outcome.batch]


def test_a_whole_group_with_its_values(sea, drawn, people, copepods, sac):
    group = make_group(
        clustering=drawn[0].clustering, user=people.bob, base_revision=0, clusters=[each.pk for each in drawn]
    )
    for each in drawn:
        validate_cluster(cluster=each, user=people.bob)
    named = name_group(group=group, user=people.bob, taxon=copepods, traits={"egg_sac": "yes"})
    assert [each["changed"] for each in named.outcome.traits] == [sum(GROUPS)]


def test_over_the_api(sea, validated, people, sac):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {create_token(user=people.bob, name='t')[1]}")
    path = f"/api/v1/clusters/{validated.pk}/name/"
    body = {"taxon": sea.copepoda, "traits": {"egg_sack": "yes"}}
    refused = client.post(path, body, format="json")
    assert (refused.status_code, "egg_sack" in refused.json()["detail"]) == (400, True)
    answer = client.post(path, {**body, "traits": {"egg_sac": "yes"}}, format="json").json()
    assert answer["traits"] == [{"trait": "egg_sac", "changed": 24, "inapplicable": 0, "conflicts": []}]
    assert answer["question"]["phase"] == "named"
