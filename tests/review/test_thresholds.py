"""Thresholds: what lies above each score, what its precision is judged by, what lies at the border."""

import numpy as np
import pytest
from django.utils import timezone

from annotations.checks.models import CheckAnswer, QualityCheck, QualityLook
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import HeldOut, Model, Prediction
from annotations.learning.resetting import reset_objects
from annotations.projects.models import Role
from annotations.review.actions import ReviewAnswer, answer_page
from annotations.review.models import ReviewPage, SetAside
from annotations.review.thresholds import curves
from annotations.review.thresholds.border import border_of
from annotations.review.thresholds.curves import ThresholdCurve
from annotations.review.thresholds.evidence import evidence_of
from annotations.review.thresholds.pages import curve_of
from annotations.samples.models import Object
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.statistics.answers import Answers
from classifier.statistics.precision import precision_curve
from tests.worlds import shared_rows


@shared_rows
def model(tow) -> Model:
    """Which gave the scores of the tow."""
    model = Model.objects.create(name="Bay", is_ready=True, classes=[tow.copepoda, tow.appendicularia])
    for each in tow.objects[:4]:
        scores = [each.score, 1 - each.score]
        Prediction.objects.create(object=each, model=model, taxa=model.classes, scores=scores)
    return model


def copepods(tow) -> ThresholdCurve:
    curve = curve_of(tow.project.pk, tow.copepoda)
    assert curve is not None
    return curve


def label(tow, user, *objects: Object, taxon: int):
    targets = [Target(each.pk, Object.objects.get(pk=each.pk).version) for each in objects]
    taxon = Taxon.objects.get(pk=taxon)
    return label_objects(project=tow.project, user=user, targets=targets, taxon=taxon)


def hold_out(model: Model, *objects: Object, taxon: int, score: float, fold: str = "test") -> None:
    HeldOut.objects.bulk_create(
        HeldOut(
            model=model, object=each, taxon_id=taxon, predicted_id=model.classes[0], score=score, fold=fold
        )
        for each in objects
    )


def test_each_score_is_a_threshold_with_what_lies_above(tow):
    curve = copepods(tow)
    assert curve.curve.threshold.tolist() == pytest.approx([0.8, 0.7, 0.6, 0.5])
    assert curve.curve.above.tolist() == [1, 2, 3, 4]
    assert [curve.at(score).above for score in (0, 0.55, 0.7, 0.71)] == [4, 3, 2, 1]
    assert curve.at(0.81) is None


def test_a_thousand_scores_are_few_thresholds_with_exact_counts(tow):
    scores = np.random.default_rng(1).beta(8, 1, 2000)
    Object.objects.bulk_create(
        Object(
            project=tow.project,
            sample=tow.objects[0].sample,
            acquisition=tow.objects[0].acquisition,
            state="P",
            taxon_id=tow.copepoda,
            score=score,
        )
        for score in scores
    )
    curve = copepods(tow)
    assert curve.waiting == curve.scores.objects == 2004
    assert len(curve.curve.threshold) <= 500
    everything = np.append(scores, [0.5, 0.6, 0.7, 0.8])
    exact = [(everything >= threshold).sum() for threshold in curve.curve.threshold]
    assert curve.curve.above.tolist() == exact


def test_without_anything_to_judge_by_the_page_says_so(tow, model):
    assert copepods(tow).evidence.sentence == (
        "Nothing tells yet how far these scores can be trusted: Bay was measured on no held-out object that it calls "
        "so, and nobody has answered here. So the interval is wide; name some, and it narrows."
    )


def test_held_out_objects_of_the_model_count_but_not_what_it_was_calibrated_by(tow, model):
    hold_out(model, *tow.objects[4:7], taxon=tow.copepoda, score=0.9)
    hold_out(model, tow.objects[7], taxon=tow.appendicularia, score=0.6)
    hold_out(model, tow.objects[8], taxon=tow.copepoda, score=0.7, fold="tune")
    hold_out(
        Model.objects.create(name="Other", classes=model.classes),
        tow.objects[9],
        taxon=tow.copepoda,
        score=0.7,
    )
    held_out = copepods(tow).evidence.held_out
    assert sorted(zip(held_out.score, held_out.right, strict=True)) == [(0.6, False), *[(0.9, True)] * 3]


def test_what_people_answered_counts_as_they_label_it_by_now(tow, model, bob):
    label(tow, bob, *tow.objects[:2], taxon=tow.copepoda)
    last = label(tow, bob, tow.objects[2], taxon=tow.appendicularia)
    label(tow, bob, tow.objects[1], taxon=tow.appendicularia)
    answers = copepods(tow).evidence.answers
    assert answers.score.tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert answers.right.tolist() == [True, False, False]
    assert answers.page[0] == answers.page[1] != answers.page[2]
    undo_batch(batch=Batch.objects.get(pk=last.batch), user=bob, role=Role.ANNOTATOR)
    assert copepods(tow).evidence.answers.score.tolist() == pytest.approx([0.5, 0.6])


def test_answers_on_a_page_of_several_taxa_judge_the_scores_of_each(tow, model, bob):
    """Of two copepods and two appendicularians one each waits; both others turn out to be copepods."""
    one, other, *waiting = tow.objects[:4]
    Object.objects.filter(pk__in=[other.pk, waiting[0].pk]).update(taxon=tow.appendicularia)
    page = ReviewPage.objects.create(
        project=tow.project, user=bob, order="progress", is_mixed=True, object_ids=[one.pk, other.pk]
    )
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    others = [(Target(each.pk, each.version), copepoda) for each in (one, other)]
    answer_page(page=page, user=bob, answer=ReviewAnswer(others=others))
    evidence = evidence_of(tow.project.pk, [tow.copepoda, tow.appendicularia])
    assert evidence[tow.copepoda].answers.right.tolist() == [True]
    assert evidence[tow.appendicularia].answers.right.tolist() == [False]


def test_what_was_taken_out_of_a_page_is_a_wrong_one_and_lies_above_nothing(tow, model, bob):
    SetAside.objects.create(object=tow.objects[3], taxon_id=tow.copepoda, user=bob)
    curve = copepods(tow)
    assert curve.evidence.answers.right.tolist() == [False]
    assert curve.curve.above.tolist() == [1, 2, 3]
    assert curve.left_out == 1
    assert [each["object_id"] for each in border_of(tow.project.pk, tow.copepoda, 0.7).above] == [
        tow.objects[2].pk
    ]


def test_what_is_unlike_anything_learnt_lies_above_nothing(client, tow, model, vera):
    Prediction.objects.filter(object=tow.objects[3]).update(novelty=0.99)
    Prediction.objects.filter(object=tow.objects[2]).update(novelty=0.98)
    curve = copepods(tow)
    assert curve.curve.threshold.tolist() == pytest.approx([0.7, 0.6, 0.5])
    assert (curve.waiting, curve.left_out) == (4, 1)
    assert [each["object_id"] for each in border_of(tow.project.pk, tow.copepoda, 0.7).above] == [
        tow.objects[2].pk
    ]
    client.force_login(vera)
    page = client.get(f"/projects/{tow.project.pk}/thresholds/{tow.copepoda}/").content.decode()
    assert "1 of them has no score, is unlike anything that the model has learnt, or somebody said" in page


def check(tow, user, answers: str, finished: bool = True, **criteria) -> None:
    """A quality check of the first objects, as many as it has answers: each r(ight), w(rong) or c(an't tell)."""
    words = {"r": CheckAnswer.RIGHT, "w": CheckAnswer.WRONG, "c": CheckAnswer.CANNOT_TELL}
    now = timezone.now()
    created = QualityCheck.objects.create(
        project=tow.project, user=user, seed=1, criteria=criteria, finished=now if finished else None
    )
    QualityLook.objects.bulk_create(
        QualityLook(
            quality_check=created,
            object=each,
            place=n,
            taxon_id=tow.copepoda,
            state="P",
            version=1,
            score=each.score,
            answer=words[answer],
            answered=now,
        )
        for n, (each, answer) in enumerate(zip(tow.objects, answers, strict=False), 1)
    )


def test_random_looks_of_checks_that_are_over_count_as_such(tow, model, bob):
    above = {"taxon": [tow.copepoda], "descendants": 0, "state": ["predicted"], "score_min": "0.5"}
    check(tow, bob, "rwc", **above)
    check(tow, bob, "rrr", finished=False, **above)
    check(tow, bob, "www", **above, month="4")
    label(tow, bob, tow.objects[1], taxon=tow.appendicularia)  # because of its look
    label(tow, bob, tow.objects[3], taxon=tow.copepoda)
    answers = copepods(tow).evidence.answers
    assert answers.score.tolist() == pytest.approx([0.5, 0.6, 0.8])
    assert answers.right.tolist() == [True, False, True]
    assert answers.is_look.tolist() == [True, True, False]
    assert "Judged by 3 answers that people gave here (2 of them random looks); Bay" in (
        copepods(tow).evidence.sentence
    )


def test_looks_at_what_another_model_said_do_not_judge_the_one_that_said_something_since(tow, model, bob):
    above = {"taxon": [tow.copepoda], "descendants": 0, "state": ["predicted"], "score_min": "0.5"}
    check(tow, bob, "rww", **above)
    other = Model.objects.create(name="Other", is_ready=True, classes=model.classes)
    Prediction.objects.filter(object__in=tow.objects[1:3]).update(is_current=False)
    for each in tow.objects[1:3]:
        Prediction.objects.create(object=each, model=other, taxa=model.classes, scores=[0.9, 0.1])
    answers = copepods(tow).evidence.answers
    assert (answers.score.tolist(), answers.right.tolist()) == ([0.5], [True])


def test_what_is_labelled_undone_and_labelled_again_is_one_answer(tow, model, bob, carla):
    first = label(tow, bob, *tow.objects[:2], taxon=tow.copepoda)
    undo_batch(batch=Batch.objects.get(pk=first.batch), user=bob, role=Role.ANNOTATOR)
    label(tow, bob, tow.objects[0], taxon=tow.copepoda)
    assert copepods(tow).evidence.answers.score.tolist() == pytest.approx([0.5])
    targets = [Target(tow.objects[0].pk, Object.objects.get(pk=tow.objects[0].pk).version)]
    reset_objects(project=tow.project, user=carla, targets=targets)
    Object.objects.filter(pk=tow.objects[0].pk).update(score=0.55)
    label(tow, bob, tow.objects[0], taxon=tow.appendicularia)
    answers = copepods(tow).evidence.answers
    assert (answers.score.tolist(), answers.right.tolist()) == ([pytest.approx(0.55)], [False])


def test_labels_of_what_a_check_looked_at_count_where_its_looks_do_not(tow, model, bob):
    above = {"taxon": [tow.copepoda], "descendants": 0, "state": ["predicted"], "score_min": "0.5"}
    check(tow, bob, "w", finished=False, **above)
    check(tow, bob, "ww", month="4")
    label(tow, bob, *tow.objects[:2], taxon=tow.copepoda)
    answers = copepods(tow).evidence.answers
    assert answers.score.tolist() == pytest.approx([0.5, 0.6])
    assert (answers.right.tolist(), answers.is_look.tolist()) == ([True, True], [False, False])
    QualityCheck.objects.filter(finished=None).update(finished=timezone.now())
    answers = copepods(tow).evidence.answers
    assert sorted(zip(answers.score, answers.right, answers.is_look, strict=True)) == [
        (0.5, False, True),
        (pytest.approx(0.6), True, False),
    ], "its look instead of the label that it led to"


def test_expected_precision_is_that_of_the_statistics(tow, model, bob):
    hold_out(model, *tow.objects[4:7], taxon=tow.copepoda, score=0.9)
    label(tow, bob, tow.objects[0], taxon=tow.appendicularia)
    curve = copepods(tow)
    held_out = Answers.of(np.full(3, 0.9), np.full(3, True))
    answers = Answers.of(np.array([0.5]), np.array([False]), curve.evidence.answers.page)
    reckoned = precision_curve(np.array([0.6, 0.7, 0.8]), held_out, answers)
    assert curve.curve.expected == pytest.approx(reckoned.expected)
    assert curve.at(0.7).wrong == round(2 * (1 - reckoned.expected[1]))


def test_the_lowest_threshold_that_is_right_often_enough_is_proposed(tow):
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[:4]]).update(score=0.985)
    proposals = copepods(tow).proposals
    assert [(each.precision, each.threshold, each.above) for each in proposals] == [(0.95, 0.985, 4)]
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[:4]]).update(score=0.6)
    assert copepods(tow).proposals == []


def test_the_border_has_what_lies_nearest_on_each_side(tow):
    border = border_of(tow.project.pk, tow.copepoda, 0.65)
    assert [each["object_id"] for each in border.above] == [tow.objects[2].pk, tow.objects[3].pk]
    assert [each["object_id"] for each in border.below] == [tow.objects[1].pk, tow.objects[0].pk]


def test_the_page_shows_a_threshold_of_the_address_and_leads_to_both_sides(client, tow, vera):
    client.force_login(vera)
    page = client.get(
        f"/projects/{tow.project.pk}/thresholds/{tow.copepoda}/?threshold=0.65"
    ).content.decode()
    assert '<strong class="number" data-figure="above">2</strong> <span class="number">of 4</span>' in page
    predicted = f"?taxon={tow.copepoda}&amp;descendants=0&amp;state=predicted"
    assert f"{predicted}&amp;order=score&amp;score_min=0.7" in page
    assert f"{predicted}&amp;order=-score&amp;score_max=0.6" in page
    above, below = page.split('class="side below"')
    assert f"?id={tow.objects[2].pk}" in above and f"?id={tow.objects[1].pk}" in below


def test_a_threshold_that_is_no_score_is_refused_by_name(client, tow, vera):
    client.force_login(vera)
    answer = client.get(f"/projects/{tow.project.pk}/thresholds/{tow.copepoda}/?threshold=7")
    assert answer.status_code == 400
    assert "less than or equal to 1" in answer.content.decode()


def test_a_taxon_without_scores_says_so(client, tow, vera):
    Object.objects.update(score=None)
    client.force_login(vera)
    page = client.get(f"/projects/{tow.project.pk}/thresholds/{tow.copepoda}/").content.decode()
    assert "none has a score: there is nothing to choose a threshold by" in page
    assert "none has one" in client.get(f"/projects/{tow.project.pk}/thresholds/").content.decode()
    page = client.get(f"/projects/{tow.project.pk}/thresholds/{tow.appendicularia}/").content.decode()
    assert "Nothing that is predicted to be this taxon waits" in page


def test_the_list_has_ten_taxa_a_page_those_of_which_most_waits_first(client, tow, vera):
    taxa = ensure_taxa([TaxonName(f"Kind {n:02d}") for n in range(10)]).values()
    sample, acquisition = tow.objects[0].sample, tow.objects[0].acquisition
    for taxon in taxa:
        Object.objects.create(
            project=tow.project, sample=sample, acquisition=acquisition, state="P", taxon_id=taxon, score=0.9
        )
    client.force_login(vera)
    first = client.get(f"/projects/{tow.project.pk}/thresholds/")
    assert [row["taxon"]["name"] for row in first.context["rows"]] == ["Copepoda"] + [
        f"Kind {n:02d}" for n in range(9)
    ]
    rest = client.get(f"/projects/{tow.project.pk}/thresholds/", {"cursor": first.context["next"]})
    assert [row["taxon"]["name"] for row in rest.context["rows"]] == ["Kind 09"]
    assert rest.context["next"] is None


def test_lists_propose_what_the_page_does_but_reckon_no_intervals(client, tow, model, vera, monkeypatch):
    """Which would take two thirds of the time of ten taxa."""
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[:4]]).update(score=0.985)
    client.force_login(vera)
    address = f"/projects/{tow.project.pk}/thresholds/"
    slider = client.get(f"/api/v1{address}{tow.copepoda}/").json()
    monkeypatch.delattr(curves, "precision_curve")
    (row,) = client.get(f"/api/v1{address}").json()["results"]
    assert row["proposals"] == slider["proposals"] == [{"precision": 0.95, "threshold": 0.985, "above": 4}]
    (row,) = client.get(address).context["rows"]
    assert (row["proposal"].threshold, row["proposal"].above) == (0.985, 4)


def test_an_empty_list_says_so(client, project, vera):
    client.force_login(vera)
    assert "No prediction waits" in client.get(f"/projects/{project.pk}/thresholds/").content.decode()


def test_programs_get_the_same(client, tow, model, vera):
    client.force_login(vera)
    body = client.get(f"/api/v1/projects/{tow.project.pk}/thresholds/{tow.copepoda}/").json()
    assert body["taxon"] == {"id": tow.copepoda, "name": "Copepoda"}
    assert body["model"] == {"id": model.pk, "name": "Bay"}
    assert (body["waiting"], body["scored"], body["held_out"], body["answers"]) == (4, 4, 0, 0)
    assert body["above"] == [1, 2, 3, 4]
    assert all(
        low <= mean <= high
        for low, mean, high in zip(body["low"], body["expected"], body["high"], strict=True)
    )
    rows = client.get(f"/api/v1/projects/{tow.project.pk}/thresholds/").json()
    assert rows["results"][0] == {name: body[name] for name in ("taxon", "waiting", "proposals")}
    assert (
        client.get(f"/api/v1/projects/{tow.project.pk}/thresholds/{tow.appendicularia}/").status_code == 404
    )
