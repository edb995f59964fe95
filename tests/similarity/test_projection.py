"""Principal components beside scikit-learn's, and there and back as JSON."""

import json

import numpy as np
import pytest
from sklearn.decomposition import PCA

from annotations.similarity.projection import Projection


def test_it_is_that_of_scikit_learn_and_survives_json():
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(300, 6)) @ rng.normal(size=(6, 20)) + 0.01 * rng.normal(size=(300, 20))
    fitted = Projection.fitted(vectors, 4)
    oracle = PCA(4, svd_solver="full").fit(vectors)
    assert np.abs(fitted.components @ oracle.components_.T) == pytest.approx(np.eye(4), abs=1e-3)
    assert fitted.variance_kept == pytest.approx(oracle.explained_variance_ratio_.sum(), abs=1e-6)
    again = Projection.from_json(json.loads(json.dumps(fitted.as_json())))
    assert again.apply(vectors) == pytest.approx(fitted.apply(vectors))
    assert fitted.as_json()["width_before"] == 20


def test_of_few_objects_it_is_as_narrow_as_they_allow():
    assert Projection.fitted(np.eye(3, 8), 128).apply(np.eye(3, 8)).shape[1] <= 3
