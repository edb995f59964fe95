"""Pages of a review: what is offered, to whom, and what becomes of the answers."""

import re
from itertools import groupby

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.review.actions import ReviewAnswer, answer_page, open_page, skip_page
from annotations.review.models import ReviewPage, SetAside
from annotations.review.planning.expectation import answers_by_taxon
from annotations.review.queries import HELD, SKIPPED, page_in_words, waiting_of
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon


def offered(tow, user, **options) -> ReviewPage | None:
    return open_page(project=tow.project, user=user, criteria=Filter(), **options)


def targets(*objects: Object) -> list[Target]:
    return [Target(each.pk, each.version) for each in objects]


def labels_of(page: ReviewPage) -> list[tuple]:
    objects = Object.objects.filter(pk__in=page.object_ids).order_by("pk")
    return list(objects.values_list("pk", "taxon", "state", "score", "annotator"))


def test_the_surest_group_is_offered_with_its_taxon_and_what_is_expected(tow, bob):
    page = offered(tow, bob)
    assert page.taxon_id == tow.copepoda
    assert set(page.object_ids) == {each.pk for each in tow.objects[:4]}
    assert page.object_ids[0] == tow.objects[0].pk, "of whom the model is least sure comes first"
    assert page.expected["value"] == pytest.approx(0.65, abs=0.01)
    assert page.expected["low"] < page.expected["value"] < page.expected["high"]
    assert page.reason == "The largest group that a model is sure of"


def test_the_question_stands_on_the_page_before_its_scripts_come(client, tow, bob):
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/review/").content.decode()
    question = page[page.index('class="question"') :].partition("</p>")[0]
    words = " ".join(re.sub("<[^>]+>", "", question).partition(">")[2].split())
    share = offered(tow, bob).expected
    low, high = round(100 * share["low"]), round(100 * share["high"])
    assert words == f"4 objects Copepoda? {round(100 * share['value'])} % expected right ({low}–{high} %)"


def test_two_people_never_get_the_same_objects(tow, bob, carla):
    mine, hers = offered(tow, bob, size=2), offered(tow, carla, size=2)
    assert not set(mine.object_ids) & set(hers.object_ids)
    assert {*mine.object_ids, *hers.object_ids} == {each.pk for each in tow.objects[:4]}


def test_a_page_that_somebody_left_is_offered_to_others_after_half_an_hour(tow, bob, carla):
    mine = offered(tow, bob)
    assert offered(tow, carla).taxon_id is None, "only what has no name is left"
    ReviewPage.objects.update(ended=None, touched=timezone.now() - HELD)
    ReviewPage.objects.exclude(pk=mine.pk).delete()
    assert set(offered(tow, carla).object_ids) == set(mine.object_ids)


def test_a_half_done_page_comes_back_with_what_is_left(tow, bob):
    page = offered(tow, bob)
    first = tow.objects[0]
    answer_page(page=page, user=bob, answer=ReviewAnswer(Taxon.objects.get(pk=tow.copepoda), targets(first)))
    again = offered(tow, bob)
    assert again.pk == page.pk
    assert {row["id"] for row in page_in_words(again)["objects"]} == {each.pk for each in tow.objects[1:4]}


def test_an_answer_validates_names_and_sets_aside_at_one_stroke(tow, bob):
    page = offered(tow, bob)
    copepoda, other = (Taxon.objects.get(pk=pk) for pk in (tow.copepoda, tow.appendicularia))
    one, two, three, four = tow.objects[:4]
    answer = ReviewAnswer(copepoda, targets(one, two), [(targets(three)[0], other)], targets(four))
    outcome = answer_page(page=page, user=bob, answer=answer)
    assert (outcome.changed, outcome.conflicts) == (3, [])
    labels = dict(Object.objects.filter(pk__in=page.object_ids).values_list("pk", "taxon"))
    assert labels == {one.pk: copepoda.pk, two.pk: copepoda.pk, three.pk: other.pk, four.pk: copepoda.pk}
    four.refresh_from_db()
    assert four.state == State.PREDICTED, "what is set aside keeps its label"
    assert SetAside.objects.get().taxon_id == copepoda.pk
    page.refresh_from_db()
    [evidence] = page.answers.all()
    assert (evidence.taxon_id, evidence.right, evidence.wrong) == (tow.copepoda, 2, 2)
    assert page.ended is not None


def test_an_answer_is_taken_back_as_one(tow, bob):
    page = offered(tow, bob)
    copepoda, other = (Taxon.objects.get(pk=pk) for pk in (tow.copepoda, tow.appendicularia))
    one, two, three = tow.objects[:3]
    answer = ReviewAnswer(copepoda, targets(one, two), [(targets(three)[0], other)])
    before = labels_of(page)
    outcome = answer_page(page=page, user=bob, answer=answer)
    assert labels_of(page) != before
    undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=bob, role=Role.ANNOTATOR)
    assert labels_of(page) == before


def test_what_was_set_aside_is_offered_by_similarity_and_not_under_the_same_name(tow, bob):
    page = offered(tow, bob)
    answer_page(page=page, user=bob, answer=ReviewAnswer(set_aside=targets(*tow.objects[:4])))
    following = offered(tow, bob)
    assert following.taxon_id is None and set(following.object_ids) == {each.pk for each in tow.objects[7:]}
    skip_page(page=following)
    last = offered(tow, bob)
    assert last.reason == "Taken out of earlier pages, and alike"
    assert last.taxon_id != tow.copepoda


@pytest.mark.parametrize(("second", "is_proposed"), [(0.02, False), (0.6, True)])
def test_set_aside_nothing_is_proposed_that_hardly_any_would_be(tow, bob, second, is_proposed):
    """Enter would name all of them so."""
    model = Model.objects.create(name="m", is_ready=True, classes=[tow.copepoda, tow.appendicularia])
    for each in tow.objects[:4]:
        taxa, scores = [tow.copepoda, tow.appendicularia], [0.98 - second, second]
        Prediction.objects.create(object=each, model=model, taxa=taxa, scores=scores)
    answer_page(page=offered(tow, bob), user=bob, answer=ReviewAnswer(set_aside=targets(*tow.objects[:4])))
    skip_page(page=offered(tow, bob))
    last = offered(tow, bob)
    assert set(last.object_ids) == {each.pk for each in tow.objects[:4]}
    assert last.taxon_id == (tow.appendicularia if is_proposed else None)


def test_what_nobody_could_tell_is_not_asked_for_again_at_once(tow, bob):
    Object.objects.exclude(pk__in=[each.pk for each in tow.objects[7:]]).update(state="V")
    page = offered(tow, bob)
    answer_page(page=page, user=bob, answer=ReviewAnswer(set_aside=targets(*tow.objects[7:])))
    assert offered(tow, bob) is None


def test_what_a_model_says_meanwhile_is_no_conflict_but_what_a_person_says_is(tow, bob, carla):
    page = offered(tow, bob)
    one, two = tow.objects[:2]
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION)
    write_predictions(batch=batch, rows=[(one.pk, tow.appendicularia, 0.4, 0.1, 0.9)])
    label_objects(project=tow.project, user=carla, targets=targets(two), state=State.DUBIOUS)
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    outcome = answer_page(page=page, user=bob, answer=ReviewAnswer(copepoda, targets(one, two)))
    assert outcome.changed == 1
    assert [conflict["id"] for conflict in outcome.conflicts] == [two.pk]
    one.refresh_from_db()
    assert (one.state, one.taxon_id) == (State.VALIDATED, tow.copepoda)


def test_answers_correct_what_is_expected_of_the_next_page(tow, bob):
    before = offered(tow, bob, size=2)
    answer_page(
        page=before,
        user=bob,
        answer=ReviewAnswer(set_aside=targets(*(o for o in tow.objects if o.pk in before.object_ids))),
    )
    before.answers.update(wrong=60, expected_right=39)
    after = offered(tow, bob, size=2)
    assert after.expected["value"] < 0.2


def test_a_page_of_several_taxa_tells_of_each_how_far_its_scores_can_be_trusted(tow, bob):
    """Two objects each, said to be right in four of five: those of the first are, those of the second are others."""
    groups = rare(tow)
    (first, second, third), others = groups, Taxon.objects.get(pk=tow.appendicularia)
    page = offered(tow, bob)
    taxa = {first: Taxon.objects.get(pk=first), second: others}
    named = [(target, taxa[pk]) for pk in taxa for target in targets(*groups[pk])]
    answer_page(page=page, user=bob, answer=ReviewAnswer(others=named, set_aside=targets(groups[third][0])))
    answers = answers_by_taxon(tow.project.pk)
    assert {pk: (each.right, each.wrong) for pk, each in answers.items()} == {
        first: (2, 0),
        second: (0, 2),
        third: (0, 1),
    }
    assert answers[first].expected_right == pytest.approx(1.6)
    assert answers[first].shift > 0 > answers[second].shift


def test_answers_are_compared_with_the_scores_themselves(tow, bob):
    """Not with what earlier answers have made of these."""
    for _ in range(2):
        page = offered(tow, bob, size=2)
        chosen = [each for each in tow.objects if each.pk in page.object_ids]
        answer_page(page=page, user=bob, answer=ReviewAnswer(set_aside=targets(*chosen)))
        assert page.answers.get().expected_right == pytest.approx(sum(each.score for each in chosen))


def test_a_skipped_page_is_free_for_others_and_comes_back_later(tow, bob, carla):
    page = offered(tow, bob)
    skip_page(page=page)
    assert offered(tow, bob).taxon_id is None
    assert set(offered(tow, carla).object_ids) == set(page.object_ids)
    ReviewPage.objects.exclude(pk=page.pk).delete()
    ReviewPage.objects.update(ended=timezone.now() - SKIPPED)
    assert set(offered(tow, bob).object_ids) == set(page.object_ids)


@pytest.mark.parametrize("order", ["progress", "teach", "risk", "taxon", "sample"])
def test_every_order_goes_on_until_nothing_waits(tow, bob, order):
    other = Taxon.objects.get(pk=tow.appendicularia)
    offered_ids: set[int] = set()
    while page := offered(tow, bob, order=order, size=2):
        waiting = [Target(row["id"], row["version"]) for row in waiting_of(page)]
        assert waiting and not offered_ids & {target.id for target in waiting}
        answer_page(page=page, user=bob, answer=ReviewAnswer(other, waiting))
        offered_ids |= {target.id for target in waiting}
    assert offered_ids == {each.pk for each in (*tow.objects[:4], *tow.objects[7:])}


@pytest.mark.parametrize("order", ["progress", "teach", "risk", "taxon", "sample"])
def test_what_is_like_nothing_learnt_is_offered_at_last_in_every_order(tow, bob, order):
    """It is not offered under the taxon that a model took it for, but it is not forgotten either."""
    model = Model.objects.create(name="m", is_ready=True, classes=[tow.copepoda])
    strange = tow.objects[0]
    Prediction.objects.create(object=strange, model=model, taxa=[tow.copepoda], scores=[0.9], novelty=0.999)
    Object.objects.exclude(pk=strange.pk).update(state="V", taxon=tow.copepoda)
    page = offered(tow, bob, order=order)
    assert page.object_ids == [strange.pk]
    assert "Unlike anything that the model has learnt" in page.reason


def test_of_what_is_unlike_anything_few_of_a_kind_come_side_by_side(tow, bob):
    """Three kinds of three: no crowd, so one page has all, and each is asked for as its own."""
    model = Model.objects.create(name="m", is_ready=True, classes=[tow.copepoda])
    objects = [*tow.objects[:4], *tow.objects[5:]]
    Object.objects.filter(pk__in=[each.pk for each in objects]).update(state="P", taxon=tow.copepoda)
    for each in objects:
        Prediction.objects.create(object=each, model=model, taxa=[tow.copepoda], scores=[0.9], novelty=0.999)
    kinds = {each.pk: n % 3 for n, each in enumerate(objects)}
    vectors = np.eye(3)[list(kinds.values())] + np.linspace(0, 0.01, len(kinds))[:, None]
    space = EmbeddingSpace.objects.create(kind="measurements", name="m", project=tow.project, dimensions=3)
    keep_embeddings(space=space, project_id=tow.project.pk, ids=list(kinds), vectors=vectors)
    page = offered(tow, bob, order="risk")
    assert page.is_mixed and page.reason.startswith(
        "Unlike anything that the model has learnt, and few of a kind"
    )
    assert len(page.object_ids) == len(kinds) == 9
    in_order = [kinds[pk] for pk in page.object_ids]
    assert len([kind for kind, _ in groupby(in_order)]) == 3, "each kind stands together"


def test_alike_objects_come_together(tow, bob):
    """Of two crowds without any name, one page has one of them."""
    Object.objects.update(state="U", taxon=None)
    ids = [each.pk for each in tow.objects]
    vectors = [[1.0, 0.01 * n, 0] if n % 2 else [0.01 * n, 0, 1.0] for n in range(len(ids))]
    space = EmbeddingSpace.objects.create(kind="measurements", name="m", project=tow.project, dimensions=3)
    keep_embeddings(space=space, project_id=tow.project.pk, ids=ids, vectors=np.array(vectors))
    page = offered(tow, bob)
    places = {ids.index(pk) % 2 for pk in page.object_ids}
    assert len(places) == 1 and len(page.object_ids) > 2


def test_where_most_have_no_embedding_yet_a_page_is_no_smaller(tow, bob):
    """An import's are made after it: the few objects that have one are no page."""
    ids = [each.pk for each in tow.objects]
    for place, pk in enumerate(ids):
        Object.objects.filter(pk=pk).update(state="P", taxon=tow.copepoda, score=0.99 - place / 100)
    space = EmbeddingSpace.objects.create(kind="measurements", name="m", project=tow.project, dimensions=2)
    keep_embeddings(space=space, project_id=tow.project.pk, ids=ids[-2:], vectors=np.eye(2))
    page = offered(tow, bob, size=5)
    assert set(page.object_ids) == set(ids[:5]), "the surest"


def rare(tow, count: int = 3) -> dict[int, list[Object]]:
    """Of the tow's predicted objects and those without a name, two each are predicted as rare taxa, by taxon."""
    objects = [*tow.objects[:4], *tow.objects[7:]]
    taxa = [Taxon.objects.create(name=f"Rare {n}", display_name=f"Rare {n}") for n in range(count)]
    groups = {taxon.pk: objects[2 * n : 2 * n + 2] for n, taxon in enumerate(taxa)}
    for taxon, group in groups.items():
        Object.objects.filter(pk__in=[each.pk for each in group]).update(state="P", taxon=taxon, score=0.8)
    Object.objects.filter(pk__in=[each.pk for each in objects[2 * count :]]).delete()
    return groups


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("progress", "The surest of 3 taxa, taxon by taxon"),
        ("teach", "The model is unsure of these of 3 taxa: they teach it most"),
        ("risk", "A few each of 3 rare taxa, taxon by taxon"),
    ],
)
def test_rare_taxa_are_asked_for_on_one_page_each_object_as_its_own(tow, bob, order, reason):
    groups = rare(tow)
    page = offered(tow, bob, order=order)
    assert (page.is_mixed, page.taxon_id) == (True, None)
    assert page.reason == reason
    places = (4, 2, 0) if order == "risk" else (0, 2, 4)
    assert [set(page.object_ids[n : n + 2]) for n in places] == [
        {each.pk for each in group} for group in groups.values()
    ]
    assert page.expected["value"] == pytest.approx(0.8)
    words = page_in_words(page)
    assert words["proposal"] is None and words["is_mixed"]
    assert {row["taxon"]["name"] for row in words["objects"][:2]} == {
        "Rare 2" if order == "risk" else "Rare 0"
    }


def test_a_mixed_page_has_no_more_objects_than_were_asked_for(tow, bob):
    rare(tow)
    assert [len(offered(tow, bob, size=size).object_ids) for size in (4, 1)] == [4, 4], (
        "one's own page goes on"
    )
    ReviewPage.objects.all().delete()
    assert len(offered(tow, bob, size=1).object_ids) == 1


def test_one_rare_taxon_alone_is_asked_for_by_name(tow, bob):
    [(taxon, _)] = rare(tow, 1).items()
    page = offered(tow, bob)
    assert (page.is_mixed, page.taxon_id) == (False, taxon)


@pytest.mark.parametrize(("scores", "is_one_taxon"), [((0.99, 0.6, 0.6), True), ((0.9, 0.9, 0.9), False)])
def test_one_taxon_is_asked_for_where_that_settles_more_a_decision(
    tow, bob, monkeypatch, scores, is_one_taxon
):
    """Two objects each: the sure ones of one taxon alone, or all six on one page."""
    monkeypatch.setattr("annotations.review.planning.planner.FEW", 2)
    groups = rare(tow)
    for score, group in zip(scores, groups.values(), strict=True):
        Object.objects.filter(pk__in=[each.pk for each in group]).update(score=score)
    page = offered(tow, bob)
    first = next(iter(groups))
    assert (page.is_mixed, page.taxon_id) == ((False, first) if is_one_taxon else (True, None))
    assert len(page.object_ids) == (2 if is_one_taxon else 6)


@pytest.mark.parametrize(("order", "expected"), [("progress", (0.9, 0.8, 0.7)), ("teach", (0.4, 0.5, 0.6))])
def test_the_surest_or_least_sure_of_all_taxa_come_on_one_page(tow, bob, order, expected):
    groups = rare(tow)
    objects = [group[place] for place in (0, 1) for group in groups.values()]
    for each, score in zip(objects, (0.4, 0.5, 0.6, 0.7, 0.8, 0.9), strict=True):
        Object.objects.filter(pk=each.pk).update(score=score)
    page = offered(tow, bob, order=order, size=3)
    scores = Object.objects.filter(pk__in=page.object_ids).values_list("score", flat=True)
    assert page.is_mixed and sorted(scores) == sorted(expected)


def test_what_a_package_named_without_a_score_is_asked_for_with_the_others(tow, bob):
    groups = rare(tow)
    bare = next(iter(groups.values()))[0]
    Object.objects.filter(pk=bare.pk).update(score=None)
    assert bare.pk in offered(tow, bob).object_ids


def test_set_aside_on_a_mixed_page_it_is_not_what_it_was_named_there(tow, bob):
    groups = rare(tow)
    (first, _), (second, third) = list(groups.values())[:2]
    page = offered(tow, bob)
    other = list(groups)[2]
    answer = ReviewAnswer(set_aside=targets(first, second), rejected={second.pk: other})
    answer_page(page=page, user=bob, answer=answer)
    rejected = dict(SetAside.objects.values_list("object", "taxon"))
    assert rejected == {first.pk: next(iter(groups)), second.pk: other}, (
        "a model has named the second anew meanwhile"
    )
    evidence = page.answers.values_list("taxon", "expected_right")
    assert list(evidence) == [(next(iter(groups)), 0.8)], "its score is of the new name, not of the other"
    assert third.pk in {row["id"] for row in waiting_of(page)}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda tow: ReviewAnswer(), "Say something of at least one object"),
        (lambda tow: ReviewAnswer(set_aside=targets(tow.objects[9])), "is not on this page"),
        (lambda tow: ReviewAnswer(set_aside=targets(tow.objects[0], tow.objects[0])), "named twice"),
        (lambda tow: ReviewAnswer(accepted=targets(tow.objects[0])), "needs a `taxon`"),
    ],
)
def test_an_answer_that_means_nothing_is_refused(tow, bob, wrong, words):
    page = offered(tow, bob)
    with pytest.raises(ValidationError, match=words):
        answer_page(page=page, user=bob, answer=wrong(tow))
