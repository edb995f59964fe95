"""How a picture looks before anything in it is recognised."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from classifier.evaluation import appearance as module
from classifier.evaluation.appearance import IN_UM, OCTAVES, SIDE, Looks, appearance

PIXELS, MICROMETRES = 0.0, 1.0


def sizes(count: int, unit: float = PIXELS) -> np.ndarray:
    return np.tile(np.array([5.0, 0.2, unit], np.float32), (count, 1))


def stripes(width: int) -> np.ndarray:
    """Half of the columns dark: their contrast is all of one octave."""
    return np.tile(np.where(np.arange(32) // width % 2, 155, 255).astype(np.uint8), (1, 32, 1))


@pytest.mark.parametrize("octave", range(OCTAVES))
def test_stripes_are_of_one_octave(octave):
    result = np.exp(appearance(stripes(2**octave), sizes(1))[0, :OCTAVES])
    expected = np.full(OCTAVES, module.FAINT)
    expected[octave] += 50 / 255  # the root mean square of ±50
    assert result == pytest.approx(expected, abs=1e-5)


def test_an_even_picture_has_no_contrast_and_its_size_is_told():
    result = appearance(np.full((2, 24, 24), 255, np.uint8), sizes(2, MICROMETRES))
    assert result[:, :OCTAVES] == pytest.approx(np.log(module.FAINT))
    assert result[:, SIDE:] == pytest.approx(sizes(2, MICROMETRES))


@pytest.mark.parametrize("side", [1, 3, 7, 50])
def test_any_side_will_do(side):
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side), np.uint8)
    assert np.isfinite(appearance(pixels, sizes(2))).all()
    assert appearance(pixels[:0], sizes(0)).shape == (0, IN_UM + 1)


def random_looks(count: int, unit: float = PIXELS, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.normal(3, 2, (count, IN_UM)), np.full(count, unit)]).astype(np.float32)


def test_the_distance_is_that_of_scikit_learn(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 7)
    learnt, queries = random_looks(200), random_looks(20, seed=1)
    mean, std = learnt[:, :IN_UM].mean(0), learnt[:, :IN_UM].std(0)
    exact = NearestNeighbors(n_neighbors=module.NEIGHBOURS).fit((learnt[:, :IN_UM] - mean) / std)
    expected = exact.kneighbors((queries[:, :IN_UM] - mean) / std)[0][:, -1]
    assert Looks(learnt).distance(queries) == pytest.approx(expected, abs=1e-3)


def test_few_or_no_objects():
    assert len(Looks(random_looks(3)).distance(random_looks(2, seed=1))) == 2
    assert Looks(random_looks(3)).distance(random_looks(0)).shape == (0,)


def test_a_side_in_another_unit_tells_nothing():
    queries = random_looks(5, MICROMETRES, seed=1)
    giant = queries + np.eye(IN_UM + 1, dtype=np.float32)[SIDE] * 100
    assert Looks(random_looks(50)).distance(giant) == pytest.approx(Looks(random_looks(50)).distance(queries))
    both = Looks(np.concatenate([random_looks(50), random_looks(50, MICROMETRES)]))
    assert (both.distance(giant) > both.distance(queries)).all()
