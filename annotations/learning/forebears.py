"""Models that a model started from, one from the other: what they have learnt from, it has learnt from, too."""

from collections.abc import Iterable, Iterator

from annotations.learning.models import Model


def forebears_of(models: Iterable[Model]) -> set[int]:
    """Numbers of the models that any of these started from."""
    return {forebear.pk for model in models for forebear in line_of(model) if forebear != model}


def line_of(model: Model | None) -> Iterator[Model]:
    """The model, what it started from, what that started from, and so on."""
    while model is not None:
        yield model
        model = model.parent
