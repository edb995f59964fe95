"""Models that a model started from, one from the other: what they have learnt from, it has learnt from, too. And
backbones that any of these started from: they learnt no labels, but may have looked at what is held out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from annotations.learning.models import Backbone, Model

# of a held-out object h, which is the object o: a forebear learnt from its project, and did not test on it
LEARNT_BY_FOREBEARS = """EXISTS (
    SELECT FROM learning_model forebear
    JOIN learning_learningset_projects p ON p.learningset_id = forebear.learning_set_id AND p.project_id = o.project_id
    WHERE forebear.id = ANY(%(forebears)s) AND NOT EXISTS (
        SELECT FROM learning_heldout t
        WHERE t.model_id = forebear.id AND t.object_id = h.object_id AND t.fold = 'test'))"""
HELD_OUT_AND_LEARNT = f"""
SELECT count(*), count(*) FILTER (WHERE {LEARNT_BY_FOREBEARS})
FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = %(model)s AND h.fold = 'test'
"""


def forebears_of(models: Iterable[Model]) -> set[int]:
    """Numbers of the models that any of these started from."""
    return {forebear.pk for model in models for forebear in line_of(model) if forebear != model}


def line_of(model: Model | None) -> Iterator[Model]:
    """The model, what it started from, what that started from, and so on."""
    while model is not None:
        yield model
        model = model.parent


@dataclass(frozen=True)
class SeenBefore:
    """What of its held-out objects a model may have met in those that it comes from."""

    total: int = 0  # held-out ones
    learnt: int = 0  # that a model may have learnt from, at most
    has_stranger: bool = False  # a model was brought in: nobody here knows what it learnt from
    has_looked: bool = False  # a backbone has looked at images of the same projects

    def __bool__(self) -> bool:
        return self.learnt > 0 or self.has_stranger or self.has_looked


def seen_before(model: Model) -> SeenBefore:
    """Over the whole line of what it started from."""
    line = list(line_of(model))
    if len(line) == 1 and not model.start_backbone_id:
        return SeenBefore()
    total, learnt = _learnt_before(model, [forebear.pk for forebear in line[1:]])
    has_stranger = any(forebear.learning_set_id is None for forebear in line[1:])
    return SeenBefore(total, learnt, has_stranger, _has_looked(model, line))


def _learnt_before(model: Model, forebears: list[int]) -> tuple[int, int]:
    if not forebears:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(HELD_OUT_AND_LEARNT, {"model": model.pk, "forebears": forebears})
        return cursor.fetchone()


def _has_looked(model: Model, line: list[Model]) -> bool:
    """Whether a backbone has looked at images of its projects, held-out ones perhaps among them."""
    backbones = {one.start_backbone_id for one in line if one.start_backbone_id}
    if not backbones:
        return False
    marks = Backbone.objects.filter(pk__in=backbones).values("mark")  # a copy has seen what the first one saw
    taught = Backbone.objects.filter(mark__in=marks, is_foreign=False)
    return taught.filter(projects__in=model.projects.all()).exists()
