"""Counts with intervals from what people validated and what a model says: right values, worked out by hand."""

import pytest

from annotations.abundance.actions import start_estimate
from annotations.abundance.models import AbundanceTable, DrawnObject
from annotations.abundance.plans import draw_plan
from annotations.jobs.models import JobState
from annotations.learning.models import Model, Prediction
from annotations.samples.models import Object, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


def drawn_from(catch, user, sample: str, objects: int) -> list[Object]:
    """In the order in which they were drawn."""
    pk = Sample.objects.get(project=catch.project, original_id=sample).pk
    plan = draw_plan(user=user, project=catch.project, samples=[pk], objects=objects)
    return [
        row.object for row in DrawnObject.objects.filter(plan=plan).order_by("place").select_related("object")
    ]


def as_numbers(figure) -> tuple[int, float, float, float]:
    return figure.counted, figure.estimate, figure.low, figure.high


def test_where_all_is_validated_counts_are_exact(catch, count, bob):
    created = catch.haul("tow_1", [0.9] * 5)
    catch.name(bob, created[:3], catch.copepod)
    catch.name(bob, created[3:], catch.worm)
    count()
    assert as_numbers(catch.figure("tow_1", catch.copepod)) == (3, 3, 3, 3)
    assert as_numbers(catch.figure("tow_1", catch.worm)) == (2, 2, 2, 2)
    assert catch.basis("tow_1") == "exact"


def test_without_a_random_object_all_that_is_possible_is_the_interval(catch, count, bob):
    """The model gives ten others 0.8 of a copepod each: eight; there may be none or ten."""
    created = catch.haul("tow_1", [0.8] * 12)
    catch.name(bob, created[:2], catch.copepod)
    table = count()
    counted, estimate, low, high = as_numbers(catch.figure("tow_1", catch.copepod))
    assert (counted, low, high) == (2, 2, 12)
    assert estimate == pytest.approx(10, abs=1e-4)
    assert catch.basis("tow_1") == "model"
    assert table.model == catch.model


def test_random_objects_set_a_wrong_model_right(catch, count, bob):
    """It takes all for copepods. Of 100 objects 20 are drawn, of which 5 are copepods: so are 25 of all."""
    catch.haul("tow_1", [0.9] * 100)
    drawn = drawn_from(catch, bob, "tow_1", 20)
    catch.name(bob, drawn[:5], catch.copepod)
    catch.name(bob, drawn[5:], catch.worm)
    count()
    counted, estimate, low, high = as_numbers(catch.figure("tow_1", catch.copepod))
    assert (counted, catch.basis("tow_1")) == (5, "random")
    assert estimate == pytest.approx(25, abs=1e-4)
    # ± 1.96 √(0.25 · 0.75 (1/20 - 1/100)) of 100 is 17; Student's quantile and few objects make it somewhat more
    assert 5 < low < 25 - 13 and 25 + 13 < high < 25 + 25


def test_what_people_validate_besides_counts_and_speaks_for_nobody(catch, count, bob):
    """Thirty copepods were sorted out before: of the seventy others twenty are drawn, all worms."""
    created = catch.haul("tow_1", [0.5] * 100)
    catch.name(bob, created[:30], catch.copepod)
    catch.name(bob, drawn_from(catch, bob, "tow_1", 20), catch.worm)
    count()
    assert catch.figure("tow_1", catch.copepod).estimate == pytest.approx(30, abs=1e-4)
    assert catch.figure("tow_1", catch.worm).estimate == pytest.approx(70, abs=1e-4)


def test_what_is_validated_later_does_not_bend_the_estimate(catch, count, bob):
    """Half are worms. Who sorts copepods out after the draw leaves more worms among the rest, not more of all."""
    created = catch.haul("tow_1", [0.5] * 100)
    drawn = drawn_from(catch, bob, "tow_1", 20)
    catch.name(bob, drawn[:10], catch.copepod)
    catch.name(bob, drawn[10:], catch.worm)
    count()
    before = as_numbers(catch.figure("tow_1", catch.worm))[1:]
    others = [one for one in created if one not in drawn]
    catch.name(bob, others[:15], catch.copepod)
    count()
    assert as_numbers(catch.figure("tow_1", catch.worm))[1:] == pytest.approx(before)
    assert catch.figure("tow_1", catch.copepod).counted == 25


def test_a_plan_speaks_up_to_its_first_object_without_an_answer(catch, count, bob):
    """Who names what is easy first chooses: only an unbroken beginning of the draw is by chance."""
    catch.haul("tow_1", [0.9] * 100)
    drawn = drawn_from(catch, bob, "tow_1", 20)
    catch.name(bob, [*drawn[:12], *drawn[13:]], catch.copepod)
    row = count().samples.get()
    assert (row.validated, row.drawn, row.basis) == (19, 12, "random")


def test_a_second_draw_adds_to_the_first(catch, count, bob):
    catch.haul("tow_1", [0.9] * 100)
    first = drawn_from(catch, bob, "tow_1", 15)
    catch.name(bob, first, catch.copepod)
    second = drawn_from(catch, bob, "tow_1", 15)
    assert not {one.pk for one in first} & {one.pk for one in second}
    catch.name(bob, second, catch.worm)
    assert count().samples.get().drawn == 30
    assert catch.figure("tow_1", catch.copepod).estimate == pytest.approx(50, abs=1e-4)


def test_objects_that_were_added_since_are_spoken_for_by_nobody(catch, count, bob):
    catch.haul("tow_1", [0.9] * 40)
    catch.name(bob, drawn_from(catch, bob, "tow_1", 20), catch.copepod)
    count()
    assert catch.basis("tow_1") == "random"
    catch.haul("tow_1", [0.9])
    count()
    assert catch.basis("tow_1") == "model"


def test_a_model_that_came_after_the_answers_has_no_part_in_a_sample(catch, count, bob):
    """It has learnt from them, or at least not looked at them: 20 answers alone say that half are copepods."""
    catch.haul("tow_1", [0.9] * 100)
    drawn = drawn_from(catch, bob, "tow_1", 20)
    catch.name(bob, drawn[:10], catch.copepod)
    catch.name(bob, drawn[10:], catch.worm)
    Prediction.objects.filter(object__in=drawn).delete()
    row = count().samples.get()
    assert (row.basis, row.uses_model) == ("random", False)
    assert catch.figure("tow_1", catch.copepod).estimate == pytest.approx(50)


def test_a_model_that_is_fitted_while_people_sort_has_no_part_in_it_either(catch, count, bob):
    Model.objects.filter(pk=catch.model.pk).update(method=Model.Method.REFIT)
    catch.haul("tow_1", [0.9] * 100)
    catch.name(bob, drawn_from(catch, bob, "tow_1", 20), catch.copepod)
    assert count().samples.get().uses_model is False


def test_other_samples_set_the_model_right_where_none_is_random(catch, count, bob):
    """In three samples the model sees 0.9 of a copepod in what is half copepods; so in the fourth, too."""
    for name in ("tow_1", "tow_2", "tow_3"):
        catch.haul(name, [0.9] * 60)
        drawn = drawn_from(catch, bob, name, 20)
        catch.name(bob, drawn[:10], catch.copepod)
        catch.name(bob, drawn[10:], catch.worm)
    catch.haul("tow_4", [0.9] * 100)
    count()
    assert catch.basis("tow_4") == "borrowed"
    assert catch.figure("tow_4", catch.copepod).estimate == pytest.approx(50, abs=1e-3)


def test_what_the_model_gives_to_no_taxon_stays_without_one(catch, count, bob):
    (created,) = catch.haul("tow_1", [0.6])
    Prediction.objects.filter(object=created).update(taxa=[catch.copepod], scores=[0.6])
    row = count().samples.get()
    assert row.unnamed == pytest.approx(0.4, abs=1e-6)
    assert catch.figure("tow_1", catch.copepod).estimate == pytest.approx(0.6, abs=1e-6)


def test_taxa_below_one_count_for_it(catch, count, bob):
    (calanoid,) = ensure_taxa([TaxonName("Calanoida", ("Copepoda",))]).values()
    created = catch.haul("tow_1", [0.9, 0.9, 0.1])
    Object.objects.filter(pk=created[0].pk).update(taxon_id=calanoid, state=State.VALIDATED)
    Object.objects.filter(pk=created[1].pk).update(taxon_id=catch.copepod, state=State.VALIDATED)
    Object.objects.filter(pk=created[2].pk).update(state=State.VALIDATED)
    count(taxa_below=[catch.copepod])
    assert catch.figure("tow_1", catch.copepod).estimate == 2
    assert catch.figure("tow_1", catch.worm).estimate == 1
    count()
    assert catch.figure("tow_1", calanoid).estimate == 1


RECOGNISED = [[8, 2], [0, 10]]  # of copepods 80 in 100, of worms all


def test_the_adjusted_count_is_by_the_confusion_of_held_out_objects(catch, count, bob):
    """40 predicted copepods of 100 are 50."""
    catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    catch.hold_out("tow_1", RECOGNISED)
    count()
    assert catch.figure("tow_1", catch.copepod).adjusted == pytest.approx(50)


def test_em_finds_the_mix_under_which_the_probabilities_are_likeliest(catch, count, bob):
    """Half of the held-out objects are copepods. Of copepods 90 in 100 look like one, of worms 10: where 40 of 100 look
    so, it is 0.1 + 0.8 of the share of copepods, so that they are 37.5."""
    catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    catch.hold_out("tow_1", RECOGNISED)
    count()
    assert catch.figure("tow_1", catch.copepod).em == pytest.approx(37.5, abs=0.1)
    assert catch.figure("tow_1", catch.worm).em == pytest.approx(62.5, abs=0.1)


def test_what_is_settled_is_known_to_em(catch, count, bob):
    """Of the 40 that look like copepods half turned out worms: then fewer of the other twenty are copepods, too."""
    created = catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    for name in ("past_1", "past_2", "past_3"):
        catch.hold_out(name, RECOGNISED)
    catch.name(bob, created[:20], catch.worm)
    count()
    copepods = catch.figure("tow_1", catch.copepod)
    assert copepods.em < 20
    worms = catch.figure("tow_1", catch.worm)
    assert worms.em == pytest.approx(100 - copepods.em) and worms.em_low >= 20


def test_both_have_intervals_where_three_samples_were_held_out(catch, count, bob):
    catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    catch.hold_out("past_1", RECOGNISED)
    catch.hold_out("past_2", RECOGNISED)
    count()
    figure = catch.figure("tow_1", catch.copepod)
    assert (figure.adjusted_low, figure.adjusted_high, figure.em_low, figure.em_high) == (None,) * 4
    catch.hold_out("past_3", RECOGNISED)
    count()
    figure = catch.figure("tow_1", catch.copepod)
    assert 0 < figure.adjusted_low < figure.adjusted - 5 < figure.adjusted + 5 < figure.adjusted_high < 100
    assert 0 < figure.em_low < figure.em - 5 < figure.em + 5 < figure.em_high < 100


def test_a_sample_that_the_model_has_not_looked_at_has_neither(catch, count, bob):
    created = catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    catch.hold_out("tow_1", RECOGNISED)
    Prediction.objects.filter(object=created[-1]).delete()
    count()
    figure = catch.figure("tow_1", catch.copepod)
    assert (figure.adjusted, figure.em) == (None, None)


def test_taxa_that_count_for_one_have_the_probabilities_of_both(catch, count, bob):
    """0.5 of a calanoid and 0.4 of another copepod are 0.9 of copepods: as in the test above 37.5, not fewer."""
    (calanoid,) = ensure_taxa([TaxonName("Calanoida", ("Copepoda",))]).values()
    created = catch.haul("tow_1", [0.9] * 40 + [0.1] * 60)
    Prediction.objects.filter(object__in=created[:40]).update(
        taxa=[calanoid, catch.copepod, catch.worm], scores=[0.5, 0.4, 0.1]
    )
    catch.hold_out("tow_1", RECOGNISED)
    count(taxa_below=[catch.copepod])
    assert catch.figure("tow_1", catch.copepod).em == pytest.approx(37.5, abs=0.1)


def test_a_new_table_takes_the_place_of_the_former(catch, count, bob):
    created = catch.haul("tow_1", [0.9] * 3)
    count()
    catch.name(bob, created, catch.worm)
    count()
    assert catch.figure("tow_1", catch.worm).estimate == 3
    assert catch.project.abundance.samples.count() == 1


def test_dubious_is_an_answer_and_of_no_taxon(catch, count, bob):
    """Of twenty drawn ones people could not tell five: so of 25 of all 100, which are neither of the two taxa."""
    catch.haul("tow_1", [0.9] * 100)
    drawn = drawn_from(catch, bob, "tow_1", 20)
    catch.name(bob, drawn[5:15], catch.copepod)
    catch.name(bob, drawn[15:], catch.worm)
    catch.name(bob, drawn[:5], catch.worm, State.DUBIOUS)
    row = count().samples.get()
    assert (row.validated, row.dubious, row.drawn) == (15, 5, 20)
    assert catch.figure("tow_1", catch.copepod).estimate == pytest.approx(50, abs=1e-4)
    assert catch.figure("tow_1", catch.worm).estimate == pytest.approx(25, abs=1e-4)


def test_a_model_that_is_gone_by_now_is_not_left_out_in_silence(catch, bob):
    catch.haul("tow_1", [0.9] * 3)
    job = start_estimate(user=bob, project=catch.project, model=catch.model)
    catch.model.delete()
    job = work(job)
    assert job.state == JobState.FAILED
    assert job.message == "The model that was chosen is gone: choose another and count again."
    assert not AbundanceTable.objects.exists()
