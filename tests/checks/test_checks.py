"""A quality check draws at random from a frozen set, judges the labels of that moment, and says when one may stop."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.checks import actions
from annotations.checks.actions import answer_look, correct_labels, discard_check, finish_check, start_check
from annotations.checks.drawing import draw_looks
from annotations.checks.errors import errors_of
from annotations.checks.figures import figures_of, waiting_looks
from annotations.checks.models import CheckAnswer, QualityCheck, QualityLook
from annotations.checks.queries import named_wrong, next_looks
from annotations.checks.wording import verdict
from annotations.jobs.models import JobState
from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.actions import create_project
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.search.queries import page_of_ids
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.statistics.looks import LookDecision
from tests.run_jobs import work

RIGHT, WRONG, CANNOT_TELL = CheckAnswer.RIGHT, CheckAnswer.WRONG, CheckAnswer.CANNOT_TELL


def answer(check, user, **more):
    """The next look."""
    return answer_look(check=check, user=user, place=waiting_looks(check)[0].place, **more)


def labels_of(ids) -> set[tuple[int, str, int]]:
    return set(Object.objects.filter(pk__in=ids).values_list("taxon", "state", "version"))


def test_two_hundred_with_ten_wrong_all_looked_at_are_95_percent_right(net, bob):
    check = net.check(bob)
    figures = net.look(check, bob)
    assert (check.objects_in_set, figures.right, figures.wrong) == (200, 190, 10)
    assert (figures.precision, figures.low, figures.high) == (0.95, 0.95, 0.95)
    assert figures.decision == LookDecision.COMPLETE
    assert verdict(check, figures) == "All that can be judged were looked at: 95 % are right."


def test_one_may_stop_as_soon_as_it_is_certain(net, bob):
    check = net.check(bob, half_width=None, least=0.8)
    figures = figures_of(check)
    forecast = figures.looks_needed
    while not figures.is_decided:
        assert figures.low < 0.8
        figures = net.look(check, bob, 1)
    assert figures.decision == LookDecision.GOOD
    assert 0.8 <= figures.low <= 0.95 <= figures.high, "which is the truth"
    assert forecast / 2 <= figures.judged <= 2 * forecast < 200
    assert verdict(check, figures) == "It is certain now that at least 80 % are right; you can stop."


def test_a_bad_set_is_told_early(net, bob):
    net.wrong = set(net.ids[::2])
    check = net.check(bob, half_width=None, least=0.95)
    figures = net.look(check, bob, 40)
    assert figures.decision == LookDecision.BAD
    assert verdict(check, figures) == "It is certain now that fewer than 95 % are right; you can stop."


def test_looks_change_no_label(net, bob):
    before = labels_of(net.ids)
    check = net.check(bob)
    net.look(check, bob, 30)
    finish_check(check=check, user=bob)
    assert labels_of(net.ids) == before


def test_only_what_has_a_label_and_a_picture_is_drawn_each_once_in_a_random_order(tow, bob):
    check = start_check(project=tow.project, user=bob, criteria=Filter(), least=0.9, seed=1)
    looks = list(check.looks.order_by("place").values_list("place", "object_id"))
    labelled = {each.pk for each in tow.objects if each.taxon_id}
    assert (check.objects_in_set, check.drawn) == (7, 7)
    assert [place for place, _ in looks] == [1, 2, 3, 4, 5, 6, 7]
    assert {pk for _, pk in looks} == labelled
    orders = {
        tuple(pk for _, pk in start(tow, bob, seed).looks.order_by("place").values_list("place", "object_id"))
        for seed in (1, 1, 2, 3)
    }
    assert len(orders) == 3


def start(tow, bob, seed):
    return start_check(project=tow.project, user=bob, criteria=Filter(), least=0.9, seed=seed)


def test_every_object_is_drawn_as_often_as_any_other(net, bob, monkeypatch):
    monkeypatch.setattr("annotations.checks.drawing.MOST_LOOKS", 20)
    drawn = [
        pk
        for seed in range(100)
        for pk in net.check(bob, seed=seed).looks.values_list("object_id", flat=True)
    ]
    counts = [drawn.count(pk) for pk in net.ids]  # 10 on average, binomial: variance 9
    chi_squared = sum((count - 10) ** 2 / 9 for count in counts)
    assert 130 < chi_squared < 280  # 199 ± 4 times 20


def test_the_set_is_frozen_with_its_labels(net, bob, carla):
    check = net.check(bob, {"state": ["validated"]})
    changed = next(iter(net.wrong))
    target = Target(changed, Object.objects.get(pk=changed).version)
    label_objects(project=net.project, user=carla, targets=[target], taxon=net.calanus)
    figures = net.look(check, bob)
    assert (figures.precision, figures.wrong) == (0.95, 10), "the label of then is judged"


def test_what_left_the_project_is_left_out_and_said(net, alice, bob):
    other = create_project(title="Elsewhere", owner=alice)
    check = net.check(bob)
    left = sorted(net.wrong)[:5]
    Object.objects.filter(pk__in=left).update(project=other)
    figures = net.look(check, bob)
    assert (figures.gone, figures.objects, figures.right, figures.wrong) == (5, 195, 190, 5)
    assert figures.low == figures.high == 190 / 195
    assert figures.decision == LookDecision.COMPLETE


def test_what_one_cannot_tell_is_left_out(net, bob):
    check = net.check(bob)
    for _ in range(20):
        answer(check, bob, answer=CANNOT_TELL)
    figures = net.look(check, bob)
    assert figures.cannot_tell == 20
    assert figures.judged == figures.objects == 180
    assert figures.low == figures.high == figures.right / 180


def test_looks_are_answered_in_their_order_by_who_started_the_check(net, bob, carla):
    check = net.check(bob)
    with pytest.raises(ValidationError, match="next"):
        answer_look(check=check, user=bob, place=2, answer=RIGHT)
    with pytest.raises(PermissionDenied):
        answer_look(check=check, user=carla, place=1, answer=RIGHT)
    answer_look(check=check, user=bob, place=1, answer=RIGHT)
    answer_look(check=check, user=bob, place=1, answer=WRONG)
    assert (figures_of(check).right, figures_of(check).wrong) == (0, 1), "it was answered once more"
    finish_check(check=check, user=bob)
    with pytest.raises(ValidationError, match="finished"):
        answer_look(check=check, user=bob, place=2, answer=RIGHT)


def test_blind_the_label_is_not_told_and_what_lies_below_it_is_right(net, bob):
    check = net.check(bob, is_blind=True)
    assert next_looks(check)[0].as_dict()["taxon"] is None
    with pytest.raises(ValidationError, match="blind"):
        answer(check, bob, answer=RIGHT)
    assert answer(check, bob, taxon=net.oithona).answer == RIGHT
    assert answer(check, bob, taxon=net.copepoda).answer == WRONG, "coarser than the label"
    ensure_taxa([TaxonName("Oithona similis", ("Copepoda", "Oithona", "Oithona similis"))])
    assert answer(check, bob, taxon=Taxon.objects.get(name="Oithona similis")).answer == RIGHT
    assert answer(check, bob, answer=CANNOT_TELL).answer == CANNOT_TELL


def test_blind_an_answer_stays_for_the_figures_have_given_it_away(net, bob):
    check = net.check(bob, is_blind=True)
    look = answer(check, bob, taxon=net.calanus)
    with pytest.raises(ValidationError, match="stays"):
        answer_look(check=check, user=bob, place=look.place, taxon=net.oithona)
    again = answer_look(check=check, user=bob, place=look.place, taxon=net.calanus)
    assert (again.answer, QualityLook.objects.filter(answer__isnull=False).count()) == (WRONG, 1)


def test_a_label_that_was_merged_is_what_it_became(net, bob):
    check = net.check(bob, is_blind=True)
    Taxon.objects.filter(pk=net.oithona.pk).update(replaced_by=net.calanus, status="D")
    assert answer(check, bob, taxon=net.calanus).answer == RIGHT


def test_who_says_both_says_nothing(net, bob):
    check = net.check(bob)
    for more in ({}, {"answer": RIGHT, "taxon": net.calanus}):
        with pytest.raises(ValidationError):
            answer(check, bob, **more)


def test_the_errors_are_where_they_are(net, bob):
    check = net.check(bob)
    net.look(check, bob)
    check = finish_check(check=check, user=bob)
    errors = errors_of(check)
    (line,) = errors.taxa
    assert (line.name, line.judged, line.wrong) == ("Oithona", 200, 10)
    assert [(part.name, part.count) for part in line.confusions] == [("Calanus", 10)]
    assert [(part.name, part.judged, part.wrong) for part in errors.samples] == [("net_1", 200, 10)]
    assert errors.scores == [], "people give no score"


def test_errors_by_score_are_of_the_score_that_was_judged(net, bob):
    Object.objects.filter(pk__in=net.ids).update(state="P", score=0.97)
    Object.objects.filter(pk__in=net.wrong).update(score=0.6)
    check = net.check(bob)
    net.look(check, bob)
    errors = errors_of(finish_check(check=check, user=bob))
    assert [(line.name, line.judged, line.wrong) for line in errors.scores] == [
        ("0.5 to 0.7", 10, 10),
        ("0.95 and above", 190, 0),
    ]


def test_what_is_wrong_gets_the_taxa_that_were_named_as_one_action(net, bob, carla):
    check = net.check(bob)
    net.look(check, bob)
    with pytest.raises(ValidationError, match="Finish"):
        correct_labels(check=check, user=bob)
    check = finish_check(check=check, user=bob)
    touched = min(net.wrong)
    target = Target(touched, Object.objects.get(pk=touched).version)
    label_objects(project=net.project, user=carla, targets=[target], state=State.DUBIOUS)
    assert (named_wrong(check).count, named_wrong(check).changed) == (9, 1)
    before = labels_of(net.ids)
    outcome = correct_labels(check=check, user=bob)
    assert outcome.changed == 9
    assert [conflict["id"] for conflict in outcome.conflicts] == [touched]
    rest = net.wrong - {touched}
    assert labels_of(rest) == {(net.calanus.pk, "V", 2)}
    undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=bob, role=Role.ANNOTATOR)
    assert {label[:2] for label in labels_of(net.ids)} == {label[:2] for label in before}
    assert named_wrong(check).count == 0 and named_wrong(check).changed == 10


def test_what_a_person_labelled_and_took_back_since_is_not_promised(net, bob, carla):
    """It would be a conflict; what models alone have said since would not."""
    Object.objects.filter(pk__in=net.ids).update(state="P", score=0.97)
    check = net.check(bob)
    net.look(check, bob)
    check = finish_check(check=check, user=bob)
    touched, again = sorted(net.wrong)[:2]
    target = Target(touched, Object.objects.get(pk=touched).version)
    labelled = label_objects(project=net.project, user=carla, targets=[target], taxon=net.copepoda)
    undo_batch(batch=Batch.objects.get(pk=labelled.batch), user=carla, role=Role.EXPERT)
    batch = Batch.objects.create(project=net.project, kind=BatchKind.PREDICTION)
    write_predictions(batch=batch, rows=[(again, net.oithona.pk, 0.8, 0.6, 0.1)])
    assert (named_wrong(check).count, named_wrong(check).changed) == (9, 1)
    outcome = correct_labels(check=check, user=bob)
    assert (outcome.changed, [conflict["id"] for conflict in outcome.conflicts]) == (9, [touched])


def test_the_wrong_ones_open_on_the_bench_once_the_check_is_finished(net, bob, dan):
    check = net.check(bob)
    net.look(check, bob)
    with pytest.raises(ValidationError):
        Filter.parse({"check": str(check.pk)}, bob)
    finish_check(check=check, user=bob)
    for text, ids in (
        (f"{check.pk}", net.wrong),
        (f"{check.pk}:{net.oithona.pk}:{net.calanus.pk}", net.wrong),
        (f"{check.pk}:{net.oithona.pk}:0", set()),
    ):
        criteria = Filter.parse({"check": text}, bob)
        assert set(page_of_ids(net.project.pk, criteria, "id", 100, None)[0]) == ids
    with pytest.raises(ValidationError):
        Filter.parse({"check": str(check.pk)}, dan)


def test_a_large_set_is_drawn_by_a_job(net, bob, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 100)
    check = net.check(bob, {"state": ["validated"]})
    assert (check.objects_in_set, list(next_looks(check))) == (None, [])
    work(check.job)
    check.refresh_from_db()
    assert (check.objects_in_set, check.drawn, len(next_looks(check))) == (200, 200, 1)


def test_a_draw_whose_worker_died_at_its_end_is_not_made_twice(net, bob, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 100)
    check = net.check(bob, {"state": ["validated"]})
    draw_looks(check, Filter.parse(check.criteria, bob))  # and the worker dies before it says so
    job = work(check.job)
    assert (job.state, job.message) == (JobState.DONE, "200 of 200 objects drawn.")
    assert check.looks.count() == 200


def test_the_draw_of_a_check_that_was_discarded_says_so(net, bob, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 100)
    check = net.check(bob, {"state": ["validated"]})
    discard_check(check=check, user=bob)
    job = work(check.job)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "The quality check was discarded before its objects were drawn.",
    )


def test_a_check_is_discarded_until_it_is_finished(net, bob, carla):
    finished = net.check(bob)
    net.look(finished, bob, 1)
    finish_check(check=finished, user=bob)
    with pytest.raises(ValidationError, match="stays"):
        discard_check(check=finished, user=bob)
    check = net.check(bob)
    with pytest.raises(PermissionDenied):
        discard_check(check=check, user=carla)
    discard_check(check=check, user=bob)
    assert list(QualityCheck.objects.all()) == [finished]
    assert set(QualityLook.objects.values_list("quality_check", flat=True)) == {finished.pk}


@pytest.mark.parametrize("target", [{}, {"least": 1.5}, {"half_width": 0.0}, {"least": -0.1}])
def test_a_target_makes_sense(net, bob, target):
    with pytest.raises(ValidationError, match="want to know"):
        start_check(project=net.project, user=bob, criteria=Filter(), **target)


def test_nothing_to_check_is_said(net, bob):
    with pytest.raises(ValidationError, match="Nothing"):
        net.check(bob, {"state": ["dubious"]})
    with pytest.raises(ValidationError, match="look at some"):
        finish_check(check=net.check(bob), user=bob)
