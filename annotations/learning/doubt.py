"""When what a model says of an object is not to be believed."""

from collections.abc import Collection, Mapping

# novelty from which an object counts as unlike anything learnt: one in 100 of the known lies as far
UNLIKE = 0.99
MUCH = 0.2  # share of a project's objects that are so, from which that is said before anything else
NINE_IN_TEN = 0.9


def is_unlike(novelty: float | None) -> bool:
    return novelty is not None and novelty >= UNLIKE


def is_nine_in_ten(candidates: Collection[int], scores: Mapping[int, float], novelty: float | None) -> bool:
    """Whether it may be said that the object is one of the candidates nine times in ten.

    That is so of objects like the learnt, on average over all of them; of this one only where its own scores say so,
    too. `scores` are those that are known, by taxon: the best few.
    """
    sure = sum(scores.get(taxon, 0.0) for taxon in candidates)
    return bool(candidates) and not is_unlike(novelty) and sure >= NINE_IN_TEN
