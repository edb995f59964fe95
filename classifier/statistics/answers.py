"""What is known about objects that a model calls one taxon: their scores, and whether they are it."""

from typing import NamedTuple

import numpy as np

LOOK = -1  # the page of an answer that was a random look


class Answers(NamedTuple):
    """All (n,), in the order of answering."""

    score: np.ndarray
    right: np.ndarray  # bool
    page: np.ndarray  # int: LOOK where each object above some score was as likely, else which page it was on

    @classmethod
    def of(cls, score: np.ndarray, right: np.ndarray, page: np.ndarray | None = None) -> "Answers":
        """All of them looks where no page is given. ValueError of scores that aren't shares, or of other lengths."""
        page = np.full(len(score), LOOK) if page is None else np.asarray(page)
        if not len(score) == len(right) == len(page):
            raise ValueError(f"{len(score)} scores, {len(right)} answers, {len(page)} pages.")
        return cls(as_scores(score), np.asarray(right, bool), page)

    @property
    def is_look(self) -> np.ndarray:
        return self.page == LOOK

    def where(self, chosen: np.ndarray) -> "Answers":
        """Those of a mask (n,)."""
        return Answers(*(part[chosen] for part in self))


NONE = Answers(np.zeros(0), np.zeros(0, bool), np.zeros(0, int))


def as_scores(scores: np.ndarray) -> np.ndarray:
    """As float64; ValueError of a score below 0 or above 1."""
    scores = np.asarray(scores, float)
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("A score lies between 0 and 1.")
    return scores
