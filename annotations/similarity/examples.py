"""What objects are to be like, and what not: `17,18,-25` in an order or a filter."""

from dataclasses import dataclass, replace

import numpy as np
from django.core.exceptions import ValidationError

from annotations.search.values import whole
from annotations.similarity.models import EmbeddingSpace

MOST_EXAMPLES = 100  # objects in one address
UNLIKE = 0.5  # what it is not to be like counts half: it corrects what was found by what is liked
NAMED = 3  # objects that are named one by one


@dataclass(frozen=True)
class AlikeExamples:
    """Objects, by their numbers, and the kind of space that they are compared in; '' for the project's own."""

    likes: tuple[int, ...]
    unlikes: tuple[int, ...] = ()
    kind: str = ""

    @property
    def ids(self) -> list[int]:
        return [*self.likes, *self.unlikes]

    def __str__(self) -> str:
        """As an address has it."""
        numbers = ",".join([*map(str, self.likes), *(f"-{pk}" for pk in self.unlikes)])
        return f"{numbers}:{self.kind}" if self.kind else numbers

    def without(self, object_id: int) -> "AlikeExamples":
        return replace(
            self,
            likes=tuple(pk for pk in self.likes if pk != object_id),
            unlikes=tuple(pk for pk in self.unlikes if pk != object_id),
        )

    @property
    def in_words(self) -> str:
        """`like objects 17 and 18, unlike object 25`, after a `most`."""
        liked, unliked = _named(self.likes), _named(self.unlikes)
        if not unliked:
            return f"like {liked}"
        return f"like {liked}, unlike {unliked}" if liked else f"unlike {unliked}"


def _named(numbers: tuple[int, ...]) -> str:
    if len(numbers) > NAMED:
        return f"{len(numbers)} objects"
    if len(numbers) < 2:
        return "".join(f"object {pk}" for pk in numbers)
    return f"objects {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def read_examples(text: str, name: str) -> AlikeExamples:
    """`17`, `17,18,-25` or `17:measurements`. Raises ValidationError with the remedy."""
    numbers, colon, kind = text.partition(":")
    if colon and kind not in EmbeddingSpace.Kind.values:
        kinds = ", ".join(EmbeddingSpace.Kind.values)
        raise ValidationError(
            f"`{name}` is {text!r}, but takes objects and one of {kinds}, as 17:measurements."
        )
    parts = numbers.split(",")
    if len(parts) > MOST_EXAMPLES:
        raise ValidationError(f"`{name}` names {len(parts)} objects: {MOST_EXAMPLES} at most.")
    likes = [whole(part, name) for part in parts if not part.startswith("-")]
    unlikes = [whole(part[1:], name) for part in parts if part.startswith("-")]
    if both := set(likes) & set(unlikes):
        raise ValidationError(f"`{name}` names object {min(both)} twice: as like and as unlike.")
    return AlikeExamples(tuple(dict.fromkeys(likes)), tuple(dict.fromkeys(unlikes)), kind)


def direction(likes: np.ndarray, unlikes: np.ndarray) -> np.ndarray:
    """float (dimensions,): the mean of what is liked less half the mean of what is not, as Rocchio's feedback.

    `likes` and `unlikes` are float (n, dimensions), of length one. Raises ValidationError where nothing is left.
    """
    target = _mean(likes) - UNLIKE * _mean(unlikes)
    length = float(np.linalg.norm(target))
    if length < 1e-3:  # of the rounding of half precision
        raise ValidationError(
            "What it is to be like and what not lie at the same place: take one of them away."
        )
    return target / length


def _mean(vectors: np.ndarray) -> np.ndarray:
    return vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1])
