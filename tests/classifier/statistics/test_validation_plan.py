import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.statistics.abundance import estimate_abundance
from classifier.statistics.sample_sums import NOT_VALIDATED, in_chunks, sum_up
from classifier.statistics.validation_plan import allocate, chances, validation_plan
from tests.classifier.statistics.test_abundance import TAXA, drawn


def estimate(p, sample, taxon, weight=None, **options):
    sums = sum_up(in_chunks(p, sample, taxon, weight), int(sample.max()) + 1, TAXA)
    return sums, estimate_abundance(sums, **options)


def test_so_many_random_objects_more_make_the_widest_half_as_wide():
    p, sample, _, taxon = drawn(0, [4_000, 300, 2_000], 60)
    sums, abundance = estimate(p, sample, taxon)
    plan = validation_plan(sums, abundance)
    assert (np.diff(plan.relative) <= 1e-12).all()
    at, k, more = plan.sample[0], plan.taxon[0], plan.objects[0]
    assert plan.half_width[0] == pytest.approx((abundance.high - abundance.low)[at, k] / 2)
    p, sample, _, taxon = drawn(0, [4_000, 300, 2_000], 60 + int(more))
    _, after = estimate(p, sample, taxon)
    assert (after.high - after.low)[at, k] / 2 == pytest.approx(plan.half_width[0] / 2, rel=0.12)


def test_fewer_do_where_the_model_knows_of_what_it_is_unsure():
    """Half of the objects are sure: nobody needs to look at them."""
    p, sample, truth, taxon = drawn(1, [6_000], 60)
    sure = np.arange(6_000) % 4 > 0
    p[sure] = 0.0002
    p[sure, truth[sure]] = 0.9996
    sums, abundance = estimate(p, sample, taxon)
    plan = validation_plan(sums, abundance)
    k = plan.taxon[0]
    assert plan.unsure[0] < 0.7 * plan.objects[0]
    rng, widths = np.random.default_rng(0), []
    for _ in range(20):
        chance = chances(p[:, k], plan.unsure[0])
        again = np.where(rng.random(6_000) < chance, truth, NOT_VALIDATED)
        _, after = estimate(p, sample, again, 1 / chance)
        widths.append((after.high - after.low)[0, k] / 2)
    assert np.mean(widths) == pytest.approx(plan.half_width[0] / 2, rel=0.25)


def test_of_a_sorted_review_all_begins_anew():
    p, sample, _, taxon = drawn(2, [2_000], 60)
    sums, unknown = estimate(p, sample, taxon, is_random=False)
    plan = validation_plan(sums, unknown)
    assert plan.half_width[0] == (2_000 - 60) / 2
    assert 10 <= plan.objects.min() <= plan.objects.max() <= 1_940


def test_what_is_exact_is_not_in_the_plan():
    p, sample, _, taxon = drawn(3, [50, 900], 60)
    plan = validation_plan(*estimate(p, sample, taxon), rows=100)
    assert set(plan.sample) == {1} and len(plan.taxon) == TAXA


@given(st.lists(st.floats(0, 1, allow_subnormal=False), max_size=50), st.integers(1, 60))
def test_each_object_has_a_chance(p, objects):
    chance = chances(np.array(p), objects)
    assert ((chance > 0) & (chance <= 1)).all()
    assert chance.sum() <= objects + 1e-6


def test_without_a_bound_chances_add_up_to_the_objects():
    assert chances(np.random.default_rng(0).random(1_000), 50).sum() == pytest.approx(50)


@given(
    st.lists(st.tuples(st.floats(0, 2, allow_subnormal=False), st.integers(0, 100)), min_size=1, max_size=8),
    st.integers(0, 500),
)
def test_a_budget_is_spent_where_objects_are(samples, budget):
    deviation, available = (np.array(part) for part in zip(*samples, strict=True))
    parts = allocate(deviation, available, budget)
    assert parts.sum() == min(budget, available.sum())
    assert ((parts >= 0) & (parts <= available)).all()


def test_it_is_neymans_allocation():
    assert allocate(np.array([1.0, 3.0]), np.array([1_000, 1_000]), 400).tolist() == [100, 300]
    assert allocate(np.array([1.0, 3.0]), np.array([1_000, 50]), 400).tolist() == [350, 50]
