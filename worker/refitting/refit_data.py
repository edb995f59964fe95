"""What a refit learns from and speaks about: objects, their embeddings and labels, and what was said of them before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from annotations.refitting.reading import EarlierPredictions, ObjectRows, Vectors
from annotations.samples.models import State
from annotations.taxonomy.replacements import in_use
from classifier.refit.earlier import log_probabilities
from classifier.refit.head import Array, LastLayer, Scaling
from classifier.refit.imitating import Imitation, imitate
from classifier.refit.logistic import Unlabelled
from classifier.refit.refitting import HOLDS, LabelledObjects

# that people have named, where no model has said anything: with fewer the rest would be called what was named first
FEWEST_TAXA, FEWEST_LABELS = 2, 50
MOST_IMITATED = 2000  # objects by which the earlier model is imitated; more would change little
MOST_UNLABELLED = 500  # objects that hold to what the earlier model said
NO_TAXON = 0


@dataclass(frozen=True)
class Lesson:
    """`taxa` are the classes, in the order of the head's outputs; rows are objects that have an embedding."""

    objects: ObjectRows
    vectors: Array  # float16 (n, D)
    taxa: Array  # (C,)
    numbers: Array  # (n,) class number of the taxon of what people have validated; -1 of all else
    best: Array  # (n, k) class numbers that were said before, -1 for none
    scores: Array  # (n, k)

    @cached_property
    def labelled(self) -> Array:
        """Rows that people have settled, with a taxon."""
        return np.flatnonzero(self.numbers >= 0)

    @cached_property
    def unsettled(self) -> Array:
        return np.flatnonzero(self.objects.are(State.UNCLASSIFIED, State.PREDICTED))

    def without(self, samples: Array) -> "Lesson":
        """Nothing that people have named in these samples is learnt from."""
        numbers = np.where(np.isin(self.objects.samples, samples), -1, self.numbers)
        return replace(self, numbers=numbers)

    def parts(self, of: Array | None = None) -> "Iterator[LessonPart]":
        """Objects of which a model has said something, then the others: of each kind those that can be learnt. `of` are
        rows that are to be predicted; None: all that are not settled."""
        to_predict = self.unsettled if of is None else of
        has_one = self.best[:, 0] >= 0
        for name, of_part, learnt in (
            ("earlier", has_one, has_one),
            ("alone", ~has_one, np.ones(len(has_one), bool)),
        ):
            part = LessonPart(
                self, name, self.labelled[learnt[self.labelled]], to_predict[of_part[to_predict]]
            )
            if part.can_be_learnt:
                yield part


@dataclass(frozen=True)
class LessonPart:
    lesson: Lesson
    name: str  # earlier or alone
    labelled: Array  # rows
    to_predict: Array  # rows
    imitation: Imitation | None = None  # of the earlier model

    @property
    def has_earlier(self) -> bool:
        return self.name == "earlier"

    @property
    def can_be_learnt(self) -> bool:
        taxa, labels = (1, 1) if self.has_earlier else (FEWEST_TAXA, FEWEST_LABELS)
        named = self.lesson.numbers[self.labelled]
        return len(self.to_predict) > 0 and len(named) >= labels and len(np.unique(named)) >= taxa

    def imitating(self, scaling: Scaling, start: LastLayer | None) -> "LessonPart":
        """With what the earlier model would have said beyond what is stored of it: by `start`, the last imitation."""
        seen = np.flatnonzero(self.lesson.best[:, 0] >= 0)
        rows = np.random.default_rng(0).permutation(seen)[:MOST_IMITATED]
        earlier = self.earlier(rows)
        if earlier is None:
            return self
        return replace(self, imitation=imitate(self.vectors(rows), earlier, scaling, start))

    def earlier(self, rows: Array) -> Array | None:
        """(rows, C) log probabilities."""
        if not self.has_earlier:
            return None
        shares = None if self.imitation is None else self.imitation.shares(self.vectors(rows))
        best, scores = self.lesson.best[rows], self.lesson.scores[rows]
        return log_probabilities(best, scores, len(self.lesson.taxa), shares)

    def vectors(self, rows: Array) -> Array:
        """float32 (rows, D)."""
        return self.lesson.vectors[rows].astype(np.float32)

    def as_labelled(self) -> LabelledObjects:
        rows, lesson = self.labelled, self.lesson
        samples = lesson.objects.samples[rows]
        return LabelledObjects(
            self.vectors(rows),
            lesson.numbers[rows],
            samples,
            len(lesson.taxa),
            self.earlier(rows),
        )

    def as_unlabelled(self) -> Unlabelled | None:
        """Some of those that are to be predicted, with what was said of them."""
        rows = np.random.default_rng(0).permutation(self.to_predict)[:MOST_UNLABELLED]
        earlier = self.earlier(rows)
        return None if earlier is None else Unlabelled(self.vectors(rows), earlier, HOLDS)


def make_lesson(objects: ObjectRows, vectors: Vectors, predictions: EarlierPredictions) -> Lesson:
    """A taxon that was merged is what it became."""
    places, rows = _matched(objects.ids, vectors.ids)
    objects = ObjectRows(*(column[places] for column in vars(objects).values()))
    labels = np.where(objects.are(State.VALIDATED), objects.taxa, NO_TAXON)
    named = set(np.unique(np.concatenate([labels, predictions.taxa.ravel()])).tolist()) - {NO_TAXON}
    became = in_use(named)
    taxa = np.array(sorted(set(became.values())), np.int64)
    mine, theirs = _matched(objects.ids, predictions.ids)
    shape = (len(objects.ids), predictions.taxa.shape[1])
    best, scores = np.full(shape, -1), np.zeros(shape)
    best[mine], scores[mine] = _numbers(predictions.taxa[theirs], became, taxa), predictions.scores[theirs]
    # where all have one, none of them is read before it is asked for
    own = vectors.vectors if len(rows) == len(vectors.ids) else vectors.vectors[rows]
    return Lesson(objects, own, taxa, _numbers(labels, became, taxa), best, scores)


def _numbers(named: Array, became: dict[int, int], taxa: Array) -> Array:
    """Class numbers in the place of taxa, -1 for none."""
    some, inverse = np.unique(named, return_inverse=True)
    now = np.array([became.get(int(taxon), NO_TAXON) for taxon in some], np.int64)
    numbers = np.where(now == NO_TAXON, -1, np.searchsorted(taxa, now))
    return numbers[inverse].reshape(named.shape)


def _matched(left: Array, right: Array) -> tuple[Array, Array]:
    """Rows of both, in the order of ids, that have an id in common."""
    _, mine, theirs = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    return mine, theirs
