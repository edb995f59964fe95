"""Backing off to a coarser taxon: what it reaches below a threshold, how sure that is, and accepting it by a rule."""

import pytest
from django.core.exceptions import ValidationError

from annotations.history.queries import ActionFilter, actions
from annotations.history.wording import lines
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.review import accepting
from annotations.review.accepting import accept_above
from annotations.review.backoff.coarser import back_off
from annotations.review.machine_validating import machine_validate
from annotations.review.models import SetAside
from annotations.samples.models import Object, State
from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.models import Taxon
from tests.run_jobs import work
from tests.worlds import shared_rows

# of the tow's copepods and of what has no name: the best guess, and the scores of Calanus, Oithona, fish
SCORES = [
    ("Calanus", 0.50, 0.45, 0.05),
    ("Calanus", 0.60, 0.10, 0.30),
    ("Calanus", 0.55, 0.44, 0.01),
    ("Calanus", 0.97, 0.02, 0.01),
    ("Oithona", 0.40, 0.58, 0.02),
    ("Oithona", 0.10, 0.50, 0.40),
]


@shared_rows
def taxa(tow) -> dict[str, Taxon]:
    """Two copepods and a fish, with predictions of the tow's objects."""
    living = add_taxon(name="Living", parent=None)
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    Taxon.objects.filter(pk=copepoda.pk).update(parent=living, path=[living.pk, copepoda.pk])
    copepoda.refresh_from_db()
    calanus, oithona = (add_taxon(name=name, parent=copepoda) for name in ("Calanus", "Oithona"))
    fish = add_taxon(name="Pisces", parent=living)
    taxa = {"Living": living, "Copepoda": copepoda, "Calanus": calanus, "Oithona": oithona, "Pisces": fish}
    model = Model.objects.create(name="m", is_ready=True, classes=[calanus.pk, oithona.pk, fish.pk])
    for each, (name, *scores) in zip(waiting(tow), SCORES, strict=True):
        Object.objects.filter(pk=each.pk).update(state="P", taxon=taxa[name], score=max(scores), margin=0.1)
        Prediction.objects.create(object=each, model=model, taxa=model.classes, scores=scores)
    return taxa


def waiting(tow) -> list[Object]:
    return [*tow.objects[:4], *tow.objects[7:9]]


def labels(tow) -> list[tuple]:
    rows = Object.objects.filter(pk__in=[each.pk for each in waiting(tow)]).order_by("id")
    return list(rows.values_list("taxon", "state", "score", "annotator"))


def accept(tow, user, taxon: Taxon, guesses: list[Taxon], expected: int, threshold: float = 0.9):
    return accept_above(
        project=tow.project,
        user=user,
        taxon=taxon,
        threshold=threshold,
        expected=expected,
        guesses=guesses,
    )


def test_each_coarser_taxon_reaches_what_adds_up_to_the_threshold(tow, taxa):
    page = back_off(tow.project.pk, taxa["Calanus"], 0.9)
    assert [(each.taxon.name, each.reach.objects) for each in page.coarser] == [
        ("Copepoda", 2),
        ("Living", 3),
    ]
    copepoda, living = (each.reach for each in page.coarser)
    assert copepoda.low < copepoda.expected < copepoda.high and copepoda.expected > 0.85
    assert living.expected > 0.9


def test_a_rank_between_that_reaches_no_more_is_not_listed(tow, taxa):
    between = add_taxon(name="Crustacea", parent=taxa["Living"])
    path = [taxa["Living"].pk, between.pk, taxa["Copepoda"].pk]
    Taxon.objects.filter(pk=taxa["Copepoda"].pk).update(parent=between, path=path)
    for name in ("Calanus", "Oithona"):
        Taxon.objects.filter(pk=taxa[name].pk).update(path=[*path, taxa[name].pk])
    page = back_off(tow.project.pk, Taxon.objects.get(pk=taxa["Calanus"].pk), 0.9)
    assert [each.taxon.name for each in page.coarser] == ["Copepoda", "Living"]


def test_of_the_finest_that_reaches_something_each_best_guess_is_told_apart(tow, taxa):
    page = back_off(tow.project.pk, taxa["Calanus"], 0.9)
    assert page.chosen == taxa["Copepoda"]
    assert [(each.taxon.name, each.reach.objects) for each in page.guesses] == [
        ("Calanus", 2),
        ("Oithona", 1),
    ]
    first = page.guesses[0].examples
    assert [each["object_id"] for each in first] == [tow.objects[0].pk, tow.objects[2].pk], (
        "only just reached"
    )
    assert [each["score"] for each in first] == pytest.approx([0.95, 0.99])
    chosen = back_off(tow.project.pk, taxa["Calanus"], 0.9, taxa["Living"].pk)
    assert chosen.chosen == taxa["Living"]
    assert [each.reach.objects for each in chosen.guesses] == [3, 2]


def test_nothing_is_reached_where_a_model_stored_no_scores_or_nothing_is_coarser(tow, taxa):
    assert back_off(tow.project.pk, taxa["Living"], 0.9).coarser == []
    Prediction.objects.all().delete()
    page = back_off(tow.project.pk, taxa["Calanus"], 0.9)
    assert (page.coarser, page.chosen, page.guesses) == ([], None, [])


def test_what_people_answered_below_the_threshold_counts_for_the_coarser_taxon(tow, taxa, bob):
    """Another copepod is right as a copepod, a fish is not."""
    expected = {}
    for name in ("Oithona", "Pisces"):
        targets = [Target(tow.objects[0].pk, Object.objects.get(pk=tow.objects[0].pk).version)]
        outcome = label_objects(project=tow.project, user=bob, targets=targets, taxon=taxa[name])
        reach = back_off(tow.project.pk, taxa["Calanus"], 0.9).coarser[0].reach
        assert (reach.objects, reach.answers) == (1, 1)
        expected[name] = reach.expected
        undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=bob, role=Role.ANNOTATOR)
    assert expected["Oithona"] > expected["Pisces"]
    assert back_off(tow.project.pk, taxa["Calanus"], 0.9).coarser[0].reach.answers == 0, "taken back"


def test_a_taxon_that_was_merged_counts_where_it_is_now(tow, taxa, bob):
    Taxon.objects.filter(pk=taxa["Oithona"].pk).update(status="D", replaced_by=taxa["Pisces"])
    page = back_off(tow.project.pk, taxa["Calanus"], 0.9)
    assert [(each.taxon.name, each.reach.objects) for each in page.coarser] == [("Living", 3)]
    with pytest.raises(ValidationError, match="0 objects are less sure"):
        accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"]], 2)
    assert accept(tow, bob, taxa["Living"], [taxa["Calanus"]], 3).changed == 3


def test_accepted_they_are_the_coarser_taxon_with_the_sum_as_their_score(tow, taxa, bob):
    before = labels(tow)
    outcome = accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"]], 2)
    assert outcome.changed == 2
    after = labels(tow)
    assert [row[:2] for row in after] == [
        (taxa["Copepoda"].pk, State.MACHINE_VALIDATED),
        before[1][:2],
        (taxa["Copepoda"].pk, State.MACHINE_VALIDATED),
        *(row[:2] for row in before[3:]),
    ]
    assert [after[place][2:] for place in (0, 2)] == [
        (pytest.approx(0.95), None),
        (pytest.approx(0.99), None),
    ]
    batch = Batch.objects.get(pk=outcome.batch)
    assert (batch.kind, batch.user, batch.changed) == (BatchKind.RULE, bob, 2)
    entries, _ = actions(tow.project.pk, ActionFilter())
    (line,) = lines(entries, bob, Role.ANNOTATOR)
    assert line.what == "Machine-validated: Copepoda, of Calanus below 0.9"
    undo = undo_batch(batch=batch, user=bob, role=Role.ANNOTATOR)
    assert (undo.changed, labels(tow)) == (2, before)
    undo_batch(batch=Batch.objects.get(pk=undo.batch), user=bob, role=Role.ANNOTATOR)
    assert labels(tow) == after


def test_several_best_guesses_are_one_action(tow, taxa, bob):
    assert accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"], taxa["Oithona"]], 3).changed == 3


def test_what_the_rule_finds_is_what_the_page_says(tow, taxa, bob):
    for chosen in ("Copepoda", "Living"):
        guesses = back_off(tow.project.pk, taxa["Calanus"], 0.9, taxa[chosen].pk).guesses
        objects = sum(each.reach.objects for each in guesses)
        outcome = accept(tow, bob, taxa[chosen], [each.taxon for each in guesses], objects)
        assert outcome.changed == objects
        undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=bob, role=Role.ANNOTATOR)


def test_what_was_taken_out_of_a_page_or_is_unlike_anything_waits_for_a_person(tow, taxa, bob, carla):
    SetAside.objects.create(object=tow.objects[0], taxon=taxa["Pisces"], user=carla)
    Prediction.objects.filter(object=tow.objects[2]).update(novelty=0.999)
    assert [each.taxon.name for each in back_off(tow.project.pk, taxa["Calanus"], 0.9).coarser] == ["Living"]
    with pytest.raises(ValidationError, match=r"0 objects are less sure than 0\.9 as the best guess"):
        accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"]], 2)


def test_what_changed_meanwhile_refuses_all_of_it(tow, taxa, bob, carla):
    label_objects(
        project=tow.project,
        user=carla,
        targets=[Target(tow.objects[0].pk, tow.objects[0].version)],
        taxon=taxa["Pisces"],
    )
    before = labels(tow)
    with pytest.raises(ValidationError, match=r"1 object is less sure .* so sure as Copepoda by now, not 2"):
        accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"]], 2)
    assert labels(tow) == before


def test_only_to_a_taxon_above(tow, taxa, bob):
    for wrong in ("Pisces", "Calanus"):
        with pytest.raises(ValidationError, match="is not above Calanus in the tree"):
            accept(tow, bob, taxa[wrong], [taxa["Calanus"]], 2)


def test_many_are_a_job_that_does_the_same(tow, taxa, bob, monkeypatch):
    monkeypatch.setattr(accepting, "MOST_AT_ONCE", 1)
    job = accept(tow, bob, taxa["Copepoda"], [taxa["Calanus"], taxa["Oithona"]], 3)
    assert work(job, machine_validate).result["changed"] == 3
    assert [row[0] for row in labels(tow)].count(taxa["Copepoda"].pk) == 3
