"""Which objects people look at just now: apps above that know register, and what they name is predicted first."""

from collections.abc import Callable, Iterable

Watched = Callable[[int], Iterable[int]]  # project → numbers of objects

_watched: list[Watched] = []


def predict_first(watched: Watched) -> None:
    _watched.append(watched)


def objects_watched_in(project_id: int) -> list[int]:
    """Each once, in the order in which they are named."""
    return list(dict.fromkeys(pk for watched in _watched for pk in watched(project_id)))
