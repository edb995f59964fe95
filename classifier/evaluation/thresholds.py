"""From which score on a suggestion can be taken without a look, if a share of them has to be right.

A promise is broken where, of all that will ever be named so, fewer are right. All promises of a model are kept together
with a confidence of 95 %:

* A taxon's threshold is found by a fixed sequence of tests (classifier/statistics/sequences.py).
* The 5 % are shared out to the taxa whose scores let hope (Bonferroni). One that keeps its promise down to its last
  object hands its part to the taxon above (Bretz, Maurer, Brannath & Posch 2009).
* Objects of one sample resemble each other: tests are of their effective number, with the greatest intraclass
  correlation that is possible by what was seen (classifier/statistics/clusters.py). Few samples promise nothing: how
  many more would do is said.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from classifier.contract.tree import Nodes
from classifier.statistics.bounds import fewest
from classifier.statistics.clusters import APART, IntraclassCorrelation, intraclass_correlation
from classifier.statistics.sequences import Ladder, ladder

CONFIDENCE = 0.95
PRECISIONS = (0.8, 0.9, 0.95, 0.99)


class Promise(NamedTuple):
    thresholds: (
        np.ndarray
    )  # (nodes,) for climbing from the label given towards the root; inf: nothing is promised
    level: float  # the part of the 5 % that each taxon has; 0 where none lets hope
    alike: IntraclassCorrelation  # objects of one sample
    more_samples: (
        np.ndarray
    )  # int (nodes,): so many too few for a promise though none of their objects were wrong


def promise(
    p: np.ndarray,
    labels: np.ndarray,
    predicted: np.ndarray,
    nodes: Nodes,
    precision: float,
    samples: np.ndarray | None = None,
) -> Promise:
    """`p` (N, C), `labels` and `predicted` (N,) class numbers, `samples` (N,); None: each object is one of its own.

    A node is judged by the objects that come up to it because nothing below could be promised: they are the hard ones.
    None of their labels has had a say before, but for those of the last test below, which failed: that they are worse
    than others makes no promise too bold. Nodes above all classes are never good enough, for they say nothing.
    """
    checked = _Checked(p, labels, predicted, nodes, precision, samples)
    levels = checked.levels()
    level = float(levels.max(initial=0.0))
    thresholds, waiting = np.full(len(nodes.taxa), np.inf), np.ones(len(p), bool)
    for node in checked.upwards:
        rows = np.flatnonzero(waiting & nodes.members[node][predicted])
        tests = checked.tests(node, rows, levels[node])
        test = tests.lowest(precision, levels[node])
        if test >= 0:
            thresholds[node] = tests.score[test]
            waiting[rows[checked.scores(node, rows) >= thresholds[node]]] = False
        if (tests.is_last(test) or not len(rows)) and nodes.parents[node] >= 0:
            levels[nodes.parents[node]] += levels[node]
    more = checked.more_samples(level) * np.isinf(thresholds)
    return Promise(thresholds, level, checked.alike, more)


@dataclass(frozen=True)
class _Checked:
    """What a model says of objects whose taxon people know."""

    p: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    nodes: Nodes
    precision: float
    samples: np.ndarray | None

    @cached_property
    def alike(self) -> IntraclassCorrelation:
        """Among objects as sure as the promise takes: how samples differ in the doubtful ones does not matter to it.

        Of one sample the promise is for objects of samples like that one: the model's page says so.
        """
        if self.samples is None or len(np.unique(self.samples)) < 2:
            return APART
        rows = self.p[np.arange(len(self.p)), self.predicted] >= 2 * self.precision - 1
        is_right = self.predicted[rows] == self.labels[rows]
        return intraclass_correlation(is_right, self.predicted[rows], self.samples[rows])

    @cached_property
    def upwards(self) -> list[int]:
        """The nodes that say something, the deepest first."""
        classes = self.nodes.members.shape[1]
        order = np.argsort(-self.nodes.depths, kind="stable")
        return [int(node) for node in order if node < classes or not self.nodes.members[node].all()]

    def levels(self) -> np.ndarray:
        """(nodes,) the part of each of the 5 %; 0 where its own scores leave no hope. Labels have no say in it."""
        each = (1 - CONFIDENCE) / max(len(self.upwards), 1)
        hopeful = np.zeros(len(self.nodes.taxa), bool)
        for node in self.upwards:
            tests = self.tests(node, np.flatnonzero(self.nodes.members[node][self.predicted]), each)
            hopeful[node] = tests.may_pass(self.precision, each)
        return hopeful * (1 - CONFIDENCE) / max(hopeful.sum(), 1)

    def more_samples(self, level: float) -> np.ndarray:
        """(nodes,) how many samples are missing to each taxon that is predicted, with as many objects in each as in
        those that there are."""
        more = np.zeros(len(self.nodes.taxa), int)
        if self.samples is None or self.alike == APART:
            return more
        needed = fewest(self.precision, level or (1 - CONFIDENCE) / max(len(self.upwards), 1))
        for node in self.upwards:
            samples = self.samples[self.nodes.members[node][self.predicted]]
            count = len(np.unique(samples))
            if count:
                more[node] = max(self.alike.samples_for(needed, len(samples) / count) - count, 0)
        return more

    def tests(self, node: int, rows: np.ndarray, level: float) -> Ladder:
        """None at a level of 0."""
        rows = rows if level else rows[:0]
        right = self.nodes.members[node][self.labels[rows]]
        samples = None if self.samples is None else self.samples[rows]
        return ladder(self.scores(node, rows), right, self.precision, level or 1.0, samples, self.alike)

    def scores(self, node: int, rows: np.ndarray) -> np.ndarray:
        return self.p[np.ix_(rows, self.nodes.members[node])].sum(1)
