"""What a model says of traits: where it applies, what it never touches, and the way back."""

import pytest

from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.traits.actions import set_trait_values
from annotations.traits.models import TraitChange, TraitValue
from annotations.traits.predicting import PredictedValue, predict_traits, predictable, predicted_value
from annotations.traits.queries import traits_of
from annotations.traits.undoing import undo_whole
from annotations.traits.values import Value
from annotations.traits.vocabulary import change_trait

pytestmark = pytest.mark.django_db
MODEL, NEXT_MODEL = 41, 42


def predict(lagoon, values: dict, model: int = MODEL, of: list[Object] | None = None) -> Batch:
    """`values` has (number of the object, key of the trait) → value, each with a score of 0.8."""
    batch = Batch.objects.create(project=lagoon.project, kind=BatchKind.PREDICTION, model_id=model)
    traits = predictable(lagoon.project.pk, dict(lagoon.project.traits.values_list("key", "kind")))
    rows = [
        PredictedValue(lagoon.objects[n].pk, traits[key].pk, predicted_value(traits[key], value), 0.8)
        for (n, key), value in values.items()
    ]
    predict_traits(batch=batch, objects=[o.pk for o in of or lagoon.objects], values=rows)
    batch.refresh_from_db()
    return batch


def give(lagoon, user, n: int, trait, value: object, **more) -> None:
    version = TraitValue.objects.filter(object=lagoon.objects[n], trait=trait).values_list(
        "version", flat=True
    )
    target = Target(lagoon.objects[n].pk, next(iter(version), 0))
    outcome = set_trait_values(trait=trait, user=user, targets=[target], value=value, **more)
    assert outcome.changed and not outcome.conflicts


def entries_of(lagoon, n: int) -> dict[str, tuple]:
    result = traits_of([lagoon.objects[n].pk])[lagoon.objects[n].pk]
    return {key: (entry["value"], entry["state"]) for key, entry in result.items()}


def test_a_value_is_written_with_score_and_model_and_logged_in_the_batch(lagoon):
    batch = predict(
        lagoon, {(0, "egg_sac"): "yes", (0, "antennae"): ["folded", "spread"], (0, "prosome_length"): 812.5}
    )
    assert entries_of(lagoon, 0) == {
        "egg_sac": (["yes"], "predicted"),
        "antennae": (["spread", "folded"], "predicted"),
        "prosome_length": (812.5, "predicted"),
    }
    for value in TraitValue.objects.filter(object=lagoon.objects[0]):
        assert (value.score, value.model_id, value.annotator_id, value.version) == (0.8, MODEL, None, 1)
    assert batch.changed == TraitChange.objects.filter(batch=batch).count() == 3


def test_only_where_the_trait_applies(lagoon):
    """Of copepods alone; eggs are counted only in a sac that is there, said by a person or in the same breath."""
    batch = predict(
        lagoon,
        {
            (0, "egg_sac"): "yes",
            (0, "number_of_eggs"): 7.6,
            (1, "egg_sac"): "no",
            (1, "number_of_eggs"): 3,
            (2, "number_of_eggs"): 3,
            (6, "egg_sac"): "yes",  # an appendicularian
            (6, "number_of_eggs"): 2,
            (7, "egg_sac"): "yes",  # unclassified
        },
    )
    assert entries_of(lagoon, 0) == {"egg_sac": (["yes"], "predicted"), "number_of_eggs": (8, "predicted")}
    assert entries_of(lagoon, 1) == {"egg_sac": (["no"], "predicted")}
    assert batch.changed == TraitValue.objects.count() == 3


@pytest.mark.parametrize("state", [State.VALIDATED, State.DUBIOUS])
def test_what_a_person_said_stays(lagoon, bob, state):
    give(lagoon, bob, 0, lagoon.sac, "no", state=state)
    give(lagoon, bob, 1, lagoon.sac, {"hidden": True}, state=state)
    batch = predict(lagoon, {(0, "egg_sac"): "yes", (1, "egg_sac"): "yes"})
    assert batch.changed == 0
    assert entries_of(lagoon, 0) == {"egg_sac": (["no"], state.word)}
    assert entries_of(lagoon, 1) == {"egg_sac": ({"hidden": True}, state.word)}


def test_what_a_persons_value_rests_on_stays(lagoon, bob):
    """Bob counted eggs in a sac that a model had found: another model can't say that there is none."""
    predict(lagoon, {(0, "egg_sac"): "yes", (0, "number_of_eggs"): 3, (1, "egg_sac"): "yes"})
    give(lagoon, bob, 0, lagoon.number, 5)
    predict(lagoon, {(0, "egg_sac"): "no", (1, "egg_sac"): "no"}, NEXT_MODEL)
    assert entries_of(lagoon, 0) == {"egg_sac": (["yes"], "predicted"), "number_of_eggs": (5, "validated")}
    assert entries_of(lagoon, 1) == {"egg_sac": (["no"], "predicted")}


def test_another_model_says_it_anew_and_what_applies_no_more_is_taken_back(lagoon, alice):
    predict(
        lagoon,
        {(n, key): value for n in (0, 1) for key, value in (("egg_sac", "yes"), ("number_of_eggs", 3))},
    )
    Object.objects.filter(pk=lagoon.objects[1].pk).update(taxon=lagoon.appendicularia)
    batch = predict(lagoon, {(0, "egg_sac"): "no"}, NEXT_MODEL)
    assert entries_of(lagoon, 0) == {"egg_sac": (["no"], "predicted")}
    assert entries_of(lagoon, 1) == {}, "its taxon has no egg sacs"
    assert batch.changed == 4
    undone = undo_whole(batch=batch, user=alice, role=Role.MANAGER)
    assert (undone.changed, undone.conflicts) == (4, [])
    for n in (0, 1):
        assert entries_of(lagoon, n) == {
            "egg_sac": (["yes"], "predicted"),
            "number_of_eggs": (3, "predicted"),
        }
    assert set(TraitValue.objects.values_list("model_id", flat=True)) == {MODEL}


def test_undoing_leaves_what_a_person_settled_since(lagoon, alice, bob):
    batch = predict(lagoon, {(0, "egg_sac"): "yes", (1, "egg_sac"): "yes"})
    give(lagoon, bob, 0, lagoon.sac, None, state=State.VALIDATED)
    undone = undo_whole(batch=batch, user=alice, role=Role.MANAGER)
    assert undone.changed == 1
    assert [conflict["id"] for conflict in undone.conflicts] == [lagoon.objects[0].pk]
    assert entries_of(lagoon, 0) == {"egg_sac": (["yes"], "validated")}
    assert entries_of(lagoon, 1) == {}


def test_it_is_safe_to_say_it_again(lagoon):
    values = {(0, "egg_sac"): "yes", (0, "number_of_eggs"): 3}
    predict(lagoon, values)
    before = entries_of(lagoon, 0)
    predict(lagoon, values)
    assert entries_of(lagoon, 0) == before


def test_objects_of_another_project_are_out_of_reach(lagoon, alice):
    from annotations.projects.actions import create_project

    other = create_project(title="Elsewhere", owner=alice)
    batch = Batch.objects.create(project=other, kind=BatchKind.PREDICTION, model_id=MODEL)
    value = PredictedValue(lagoon.objects[0].pk, lagoon.sac.pk, Value(choices=("yes",)), 0.9)
    assert predict_traits(batch=batch, objects=[lagoon.objects[0].pk], values=[value]) == 0
    assert not TraitValue.objects.exists()


def test_which_traits_a_model_may_speak_of(lagoon, alice):
    change_trait(trait=lagoon.stage, user=alice, is_active=False)
    kinds = {"egg_sac": "flag", "stage": "ordinal", "prosome_length": "count", "colour": "one"}
    assert predictable(lagoon.project.pk, kinds) == {"egg_sac": lagoon.sac}


@pytest.mark.parametrize(
    ("trait", "raw", "value"),
    [
        ("sac", "yes", Value(choices=("yes",))),
        ("sac", "perhaps", None),  # a choice of another project
        ("sac", None, None),
        ("antennae", [], None),
        ("antennae", ["broken", "spread"], Value(choices=("spread", "broken"))),
        ("antennae", ["broken", "lost"], None),
        ("number", 7.4, Value(number=7.0)),
        ("number", -0.6, Value(number=0.0)),
        ("length", -3.25, Value(number=-3.25)),
        ("length", float("nan"), None),
    ],
)
def test_a_value_in_the_words_of_the_vocabulary(lagoon, trait, raw, value):
    assert predicted_value(getattr(lagoon, trait), raw) == value
