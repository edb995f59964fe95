"""How often models are right of each taxon, counted such that the bootstrap can draw samples or objects again."""

import numpy as np

from annotations.learning.common_objects import Common
from classifier.statistics.bootstrap import draws

DRAWS = 400  # of the bootstrap
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1")


class TaxonCounts:
    """Hits, objects and calls of each taxon, by the units that the bootstrap draws from.

    The units are samples. Where there is one alone they are what the objects are to the models: so many objects of a
    label, called so and so, which is the same as to draw objects and takes no table of all of them.
    """

    def __init__(self, common: Common):
        label: np.ndarray
        self.objects = len(common)
        self.taxa, label = np.unique(common.labels, return_inverse=True)
        place = {int(taxon): k for k, taxon in enumerate(self.taxa)}
        other = len(self.taxa)  # called a taxon that none of the objects is
        _, coded = np.unique(common.predicted, return_inverse=True)
        names = np.array([place.get(int(taxon), other) for taxon in np.unique(common.predicted)])
        called: np.ndarray = names[coded].reshape(common.predicted.shape)  # (N, M)
        samples, unit = np.unique(common.samples, return_inverse=True)
        self.sizes = np.ones(len(samples))
        self.drawn_at_once = len(samples)
        if len(samples) == 1:
            answers = np.column_stack([label, called])
            _, first, sizes = np.unique(answers, axis=0, return_index=True, return_counts=True)
            label, called, unit = label[first], called[first], np.arange(len(first))
            self.sizes, self.drawn_at_once = sizes.astype(float), len(common)
        self.units, models = len(self.sizes), common.predicted.shape[1]
        self.support = self._table(unit, label, np.ones(len(label), bool))  # (units, taxa)
        self.called = [self._table(unit, called[:, m], called[:, m] < other) for m in range(models)]
        self.hits = [self._table(unit, label, called[:, m] == label) for m in range(models)]

    def _table(self, unit: np.ndarray, taxon: np.ndarray, counts: np.ndarray) -> np.ndarray:
        cells = unit[counts] * len(self.taxa) + taxon[counts]
        return np.bincount(cells, minlength=self.units * len(self.taxa)).reshape(self.units, -1).astype(float)

    def once(self) -> np.ndarray:
        """(1, units): every object once."""
        return self.sizes[None]

    def drawn(self, seed: int) -> dict[str, np.ndarray]:
        """The figures of as many sets as there are draws, the same sets for each model: {name: (models, DRAWS)}."""
        return self.figures(np.stack(list(draws(self.units, DRAWS, seed, self.sizes))).astype(float))

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """`weights` (D, units) → {name: (models, D)}. Means are over the taxa that a draw has objects of."""
        support = weights @ self.support  # (D, taxa)
        figures: dict[str, list] = {name: [] for name in FIGURES}
        present = support > 0
        for hits, called in zip(self.hits, self.called, strict=True):
            hit, call = weights @ hits, weights @ called
            figures["accuracy"].append(hit.sum(1) / support.sum(1))
            figures["balanced_accuracy"].append(_mean(hit / np.maximum(support, 1), present))
            figures["macro_f1"].append(_mean(2 * hit / np.maximum(support + call, 1), present))
        return {name: np.array(values) for name, values in figures.items()}


def _mean(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    return (values * present).sum(1) / np.maximum(present.sum(1), 1)
