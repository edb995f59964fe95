"""Sums of chunks are those of the whole, whichever way it is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.statistics.sample_sums import ObjectChunk, sum_up

SAMPLES, TAXA = 4, 5  # of which the model knows 3


def drawn(seed: int, count: int, weighted: bool) -> ObjectChunk:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(3), count) if count else np.zeros((0, 3))
    taxon = np.where(rng.random(count) < 0.5, rng.integers(0, TAXA, count), -1)
    return ObjectChunk(
        p, rng.integers(0, SAMPLES, count), taxon, rng.uniform(1, 9, count) if weighted else None
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(0, 60), st.booleans(), st.integers(0, 60))
def test_they_are_the_sums_of_their_definitions(seed, count, weighted, cut):
    chunk = drawn(seed, count, weighted)
    halves = [
        ObjectChunk(*(None if part is None else part[at] for part in chunk))
        for at in (slice(cut), slice(cut, None))
    ]
    sums = sum_up(halves, SAMPLES, TAXA)
    p = np.pad(np.asarray(chunk.probabilities), ((0, 0), (0, TAXA - 3)))
    weight = np.full(count, np.nan) if chunk.weight is None else chunk.weight
    r, q = (weight - 1, weight * (weight - 1)) if weighted else (np.ones(count), np.ones(count))
    y = (chunk.taxon[:, None] == np.arange(TAXA)).astype(float)
    for sample in range(SAMPLES):
        named, rest = ((chunk.sample == sample) & (is_so) for is_so in (chunk.taxon >= 0, chunk.taxon < 0))
        assert (sums.objects[sample], sums.validated[sample]) == (named.sum() + rest.sum(), named.sum())
        expected = {
            "counted": y[named].sum(0), "p": p[rest].sum(0), "pp": (p[rest] ** 2).sum(0),
            "deviation": np.sqrt(p[rest] * (1 - p[rest])).sum(0), "ry": r[named] @ y[named], "rp": r[named] @ p[named],
            "qy": q[named] @ y[named], "qp": q[named] @ p[named], "qpp": q[named] @ p[named] ** 2,
            "qyp": q[named] @ (y * p)[named], "q": np.full(TAXA, q[named].sum()),
        }  # fmt: skip
        for name, value in expected.items():
            assert getattr(sums, name)[sample] == pytest.approx(value, abs=1e-6), name


@pytest.mark.parametrize(("change", "message"), [
    ({"probabilities": np.full((6, 3), 1.5)}, "between 0 and 1"),
    ({"probabilities": np.full((6, 3), np.nan)}, "between 0 and 1"),
    ({"probabilities": np.zeros((6, 9))}, "9 columns of 5 taxa"),
    ({"sample": np.zeros(5, int)}, r"rows \[5, 6\]"),
    ({"weight": np.full(6, 0.5)}, "at least 1"),
])  # fmt: skip
def test_what_cannot_be_is_refused(change, message):
    chunk = drawn(0, 6, weighted=False)._replace(taxon=np.zeros(6, int))
    with pytest.raises(ValueError, match=message):
        sum_up([chunk._replace(**change)], SAMPLES, TAXA)


def test_weights_are_for_all_chunks_or_none():
    with pytest.raises(ValueError, match="all chunks"):
        sum_up([drawn(0, 5, True), drawn(0, 5, False)], SAMPLES, TAXA)
