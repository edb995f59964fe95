"""Models that a model started from, one from the other: what they have learnt from, it has learnt from, too. And
backbones that any of these started from: they learnt no labels, but may have looked at what is held out."""

from collections.abc import Iterable, Iterator

from annotations.learning.models import Backbone, Model


def forebears_of(models: Iterable[Model]) -> set[int]:
    """Numbers of the models that any of these started from."""
    return {forebear.pk for model in models for forebear in line_of(model) if forebear != model}


def line_of(model: Model | None) -> Iterator[Model]:
    """The model, what it started from, what that started from, and so on."""
    while model is not None:
        yield model
        model = model.parent


def has_looked_here(model: Model) -> bool:
    """Whether a backbone that it comes from has looked at images of its projects, held-out ones perhaps among them."""
    backbones = {one.start_backbone_id for one in line_of(model) if one.start_backbone_id}
    return (
        bool(backbones)
        and Backbone.objects.filter(pk__in=backbones, projects__in=model.projects.all()).exists()
    )
