"""Giving traits: what is written, what is left out, what comes back as a conflict, and the way back."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.labels.models import Batch, BatchKind
from annotations.labels.queries import latest_batches
from annotations.labels.targets import Target
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.traits.actions import set_trait_values
from annotations.traits.importing import ImportedValue, import_trait_values
from annotations.traits.models import TraitChange, TraitValue
from annotations.traits.queries import applicable, trait_history, traits_of, values_now
from annotations.traits.undoing import undo_trait_values
from annotations.traits.values import Value

pytestmark = pytest.mark.django_db


def score(trait, user, objects, value=None, version=0, **more):
    targets = [Target(o.pk, version) for o in objects]
    return set_trait_values(trait=trait, user=user, targets=targets, value=value, **more)


def now(trait, objects) -> list:
    return [entry["value"] for entry in values_now(trait.pk, [o.pk for o in objects])]


@pytest.mark.parametrize(
    ("trait", "value", "stored"),
    [
        ("sac", "yes", ["yes"]),
        ("sac", ["no"], ["no"]),
        ("sac", {"hidden": True}, {"hidden": True}),
        ("antennae", ["folded", "spread"], ["spread", "folded"]),
        ("stage", "adult", ["adult"]),
        ("length", 2150.5, 2150.5),
        ("length", "12", 12),
        ("remark", "  odd legs ", "odd legs"),
    ],
)
def test_a_value_is_kept_with_who_and_when(lagoon, bob, trait, value, stored):
    trait = getattr(lagoon, trait)
    outcome = score(trait, bob, lagoon.objects[:2], value)
    assert (outcome.changed, outcome.conflicts, outcome.inapplicable) == (2, [], 0)
    for entry in values_now(trait.pk, [o.pk for o in lagoon.objects[:2]]):
        assert (entry["value"], entry["state"], entry["version"]) == (stored, "validated", 1)
        assert entry["annotator"] == bob.display_name
    history = trait_history(lagoon.objects[0].pk)
    assert [(h["trait"]["key"], h["from"]["value"], h["to"]["value"], h["user"]) for h in history] == [
        (trait.key, None, stored, bob.display_name)
    ]


def test_what_nobody_overtook_is_not_read_again(lagoon, bob):
    with CaptureQueriesContext(connection) as queries:
        assert score(lagoon.sac, bob, lagoon.objects[:2], "yes").conflicts == []
    assert not [query["sql"] for query in queries if "accounts_user" in query["sql"]]


@pytest.mark.parametrize(
    ("trait", "value", "says"),
    [
        ("sac", "perhaps", "takes one of yes, no"),
        ("sac", ["yes", "no"], "not several"),
        ("sac", [], "takes one of"),
        ("sac", 1, "takes one of"),
        ("number", -1, "whole number from 0"),
        ("number", 1.5, "whole number from 0"),
        ("length", "long", "takes a number in µm"),
        ("length", float("nan"), "takes a number"),
        ("length", True, "takes a number"),
        ("remark", "  ", "takes some words"),
        ("remark", "x" * 3000, "at most"),
    ],
)
def test_a_value_that_the_trait_does_not_take_is_refused_with_the_remedy(lagoon, bob, trait, value, says):
    with pytest.raises(ValidationError, match=says):
        score(getattr(lagoon, trait), bob, lagoon.objects[:1], value)
    assert not TraitValue.objects.exists()
    assert not Batch.objects.exists()


def test_not_visible_is_not_the_same_as_not_looked_at(lagoon, bob):
    score(lagoon.sac, bob, lagoon.objects[:1], {"hidden": True})
    assert now(lagoon.sac, lagoon.objects[:2]) == [{"hidden": True}, None]


def test_where_it_does_not_apply_the_object_is_left_out_and_counted(lagoon, bob):
    outcome = score(lagoon.sac, bob, lagoon.objects, "yes")
    assert (outcome.changed, outcome.inapplicable) == (6, 4), "four are no copepods"
    outcome = score(lagoon.number, bob, lagoon.objects[:7], 12)
    assert (outcome.changed, outcome.inapplicable) == (6, 1), "one has no egg sac"


def test_a_trait_of_a_taxon_applies_to_what_is_below_it(lagoon, bob):
    from annotations.taxonomy.actions import TaxonName, ensure_taxa

    (acartia,) = ensure_taxa([TaxonName("Acartia", ("Copepoda",))]).values()
    Object.objects.filter(pk=lagoon.objects[6].pk).update(taxon=acartia)
    assert score(lagoon.sac, bob, lagoon.objects[6:7], "yes").changed == 1


def test_what_depends_on_a_value_goes_with_it_and_comes_back_with_it(lagoon, bob):
    one = lagoon.objects[:1]
    score(lagoon.sac, bob, one, "yes")
    score(lagoon.number, bob, one, 12)
    outcome = score(lagoon.sac, bob, one, "no", version=1)
    assert outcome.changed == 2
    assert now(lagoon.number, one) == [None]
    undo_trait_values(batch=Batch.objects.get(pk=outcome.batch), user=bob, role=Role.ANNOTATOR)
    assert (now(lagoon.sac, one), now(lagoon.number, one)) == ([["yes"]], [12])


def test_which_traits_apply_follows_taxon_and_values(lagoon, bob):
    copepod, other = lagoon.objects[0].pk, lagoon.objects[6].pk
    everywhere = [lagoon.antennae.pk, lagoon.length.pk, lagoon.remark.pk, lagoon.stage.pk]
    assert applicable(lagoon.project.pk, [other]) == everywhere
    assert applicable(lagoon.project.pk, [copepod, other]) == [lagoon.sac.pk, *everywhere]
    score(lagoon.sac, bob, lagoon.objects[:1], "yes")
    assert applicable(lagoon.project.pk, [copepod]) == [lagoon.sac.pk, lagoon.number.pk, *everywhere]


def test_what_somebody_else_changed_is_not_overwritten(lagoon, bob, carla):
    score(lagoon.stage, bob, lagoon.objects[:2], "adult")
    outcome = score(lagoon.stage, carla, lagoon.objects[:3], "juvenile")
    assert outcome.changed == 1
    assert [(c["id"], c["version"], c["value"], c["annotator"]) for c in outcome.conflicts] == [
        (o.pk, 1, ["adult"], bob.display_name) for o in lagoon.objects[:2]
    ]
    assert now(lagoon.stage, lagoon.objects[:3]) == [["adult"], ["adult"], ["juvenile"]]


def test_a_value_taken_back_and_given_anew_is_a_conflict_for_who_saw_the_first(lagoon, bob, carla):
    one = lagoon.objects[:1]
    score(lagoon.stage, bob, one, "adult")
    score(lagoon.stage, bob, one, state=State.UNCLASSIFIED, version=1)
    assert now(lagoon.stage, one) == [None]
    score(lagoon.stage, bob, one, "juvenile", version=2)
    assert len(score(lagoon.stage, carla, one, "nauplius", version=1).conflicts) == 1


def test_a_state_alone_keeps_the_value_and_asks_for_one(lagoon, bob):
    score(lagoon.stage, bob, lagoon.objects[:1], "adult")
    outcome = set_trait_values(
        trait=lagoon.stage,
        user=bob,
        targets=[Target(lagoon.objects[0].pk, 1), Target(lagoon.objects[1].pk, 0)],
        state=State.DUBIOUS,
    )
    assert outcome.changed == 1
    first, second = values_now(lagoon.stage.pk, [o.pk for o in lagoon.objects[:2]])
    assert (first["value"], first["state"]) == (["adult"], "dubious")
    assert second["state"] == "unclassified"


@pytest.mark.parametrize(
    "more", [{}, {"value": "adult", "state": State.UNCLASSIFIED}, {"state": State.PREDICTED}]
)
def test_what_makes_no_sense_is_refused(lagoon, bob, more):
    with pytest.raises(ValidationError):
        set_trait_values(trait=lagoon.stage, user=bob, targets=[], **more)


def test_a_retired_trait_takes_no_more(lagoon, bob):
    from annotations.traits.vocabulary import change_trait

    change_trait(trait=lagoon.stage, user=None, is_active=False)
    with pytest.raises(ValidationError, match="retired"):
        score(lagoon.stage, bob, lagoon.objects[:1], "adult")


def test_undo_puts_back_redo_gives_again(lagoon, bob):
    score(lagoon.stage, bob, lagoon.objects[:1], "adult")
    second = score(lagoon.stage, bob, lagoon.objects[:1], "juvenile", version=1)
    undone = undo_trait_values(batch=Batch.objects.get(pk=second.batch), user=bob, role=Role.ANNOTATOR)
    assert now(lagoon.stage, lagoon.objects[:1]) == [["adult"]]
    redone = undo_trait_values(batch=Batch.objects.get(pk=undone.batch), user=bob, role=Role.ANNOTATOR)
    assert now(lagoon.stage, lagoon.objects[:1]) == [["juvenile"]]
    assert redone.changed == 1
    assert [c.version for c in TraitChange.objects.order_by("id")] == [1, 2, 3, 4]
    assert len(latest_batches(lagoon.project.pk, bob)) == 4
    with pytest.raises(ValidationError, match="already"):
        undo_trait_values(batch=Batch.objects.get(pk=second.batch), user=bob, role=Role.ANNOTATOR)


def test_undo_leaves_what_somebody_changed_since_and_says_so(lagoon, bob, carla):
    first = score(lagoon.stage, bob, lagoon.objects[:2], "adult")
    score(lagoon.stage, carla, lagoon.objects[:1], "juvenile", version=1)
    outcome = undo_trait_values(batch=Batch.objects.get(pk=first.batch), user=bob, role=Role.ANNOTATOR)
    assert outcome.changed == 1
    assert [(c["id"], c["value"]) for c in outcome.conflicts] == [(lagoon.objects[0].pk, ["juvenile"])]
    assert now(lagoon.stage, lagoon.objects[:2]) == [["juvenile"], None]


def test_an_annotator_does_not_undo_what_others_did(lagoon, bob, carla):
    done = Batch.objects.get(pk=score(lagoon.stage, carla, lagoon.objects[:1], "adult").batch)
    with pytest.raises(PermissionDenied):
        undo_trait_values(batch=done, user=bob, role=Role.ANNOTATOR)


def test_all_that_match_a_filter(lagoon, bob):
    where = Filter.parse({"state": "predicted"}).where(lagoon.project.pk)
    with pytest.raises(ValidationError, match="4 objects match by now, not 5"):
        set_trait_values(trait=lagoon.stage, user=bob, where=where, expected=5, value="adult")
    outcome = set_trait_values(trait=lagoon.stage, user=bob, where=where, expected=4, value="adult")
    assert outcome.changed == 4


def test_objects_of_other_projects_are_out_of_reach(lagoon, bob, project):
    from annotations.projects.models import Project
    from annotations.samples.models import Acquisition, Sample

    other = Project.objects.create(title="Elsewhere")
    sample = Sample.objects.create(project=other, original_id="s")
    theirs = Object.objects.create(
        project=other, sample=sample, acquisition=Acquisition.objects.create(sample=sample, original_id="a")
    )
    assert score(lagoon.stage, bob, [theirs], "adult").changed == 0
    assert traits_of([theirs.pk]) == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told(lagoon, bob, carla):
    outcomes, together = [], threading.Barrier(2)

    def give(user, value):
        together.wait()
        try:
            outcomes.append(score(lagoon.stage, user, lagoon.objects[:5], value))
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=pair) for pair in [(bob, "adult"), (carla, "juvenile")]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((o.changed, len(o.conflicts)) for o in outcomes) == [(0, 5), (5, 0)]
    assert TraitValue.objects.count() == TraitChange.objects.count() == 5


# --- What a package brings --------------------------------------------------------------------------------------------


def bring(lagoon, user, *values: ImportedValue):
    batch = Batch.objects.create(project=lagoon.project, kind=BatchKind.IMPORT, user=user)
    return batch, import_trait_values(batch=batch, values=values)


def of(name: str, trait, value: Value, **more) -> ImportedValue:
    return ImportedValue(name, trait.pk, value, more.pop("state", State.VALIDATED), **more)


def test_an_import_never_overwrites_what_was_said_here(lagoon, bob, alice):
    score(lagoon.length, bob, lagoon.objects[:1], 5)
    new, old = of("obj_1", lagoon.length, Value(number=7)), of("obj_0", lagoon.length, Value(number=7))
    batch, outcome = bring(lagoon, alice, new, old)
    assert (outcome.changed, outcome.present, outcome.inapplicable) == (1, 1, 0)
    assert now(lagoon.length, lagoon.objects[:2]) == [5, 7]
    assert trait_history(lagoon.objects[1].pk)[0]["batch"] == batch.pk
    assert bring(lagoon, alice, new, old)[1].changed == 0, "safe to do twice"


def test_a_model_whose_prediction_comes_along_is_no_person(lagoon, alice):
    bring(lagoon, alice, of("obj_0", lagoon.sac, Value(("yes",)), state=State.PREDICTED, score=0.9))
    (entry,) = values_now(lagoon.sac.pk, [lagoon.objects[0].pk])
    assert (entry["state"], entry["score"], entry["annotator"]) == ("predicted", 0.9, None)


def test_an_object_that_is_not_of_the_project_gets_nothing(lagoon, alice):
    _, outcome = bring(lagoon, alice, of("nobody", lagoon.length, Value(number=1)))
    assert (outcome.changed, TraitValue.objects.count()) == (0, 0)


def test_what_depends_on_what_is_left_out_is_left_out(lagoon, alice):
    no_copepod = "obj_6"
    _, outcome = bring(
        lagoon,
        alice,
        of(no_copepod, lagoon.number, Value(number=3)),
        of(no_copepod, lagoon.sac, Value(("yes",))),
        of("obj_0", lagoon.number, Value(number=3)),  # of which no egg sac is known
        of("obj_1", lagoon.number, Value(number=3)),
        of("obj_1", lagoon.sac, Value(("yes",))),
    )
    assert (outcome.changed, outcome.inapplicable) == (2, 3)
    assert now(lagoon.number, lagoon.objects[1:2]) == [3]


def test_an_import_is_not_undone_as_a_score_is(lagoon, alice):
    batch, _ = bring(lagoon, alice, of("obj_0", lagoon.length, Value(number=7)))
    with pytest.raises(ValidationError, match="An import cannot be undone here"):
        undo_trait_values(batch=batch, user=alice, role=Role.MANAGER)
