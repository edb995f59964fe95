"""What makes the vectors of a space: a model or a backbone. Of measurements nothing does that looks at pictures."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.learning.backbones.queries import backbones_to_start_from, open_backbone
from annotations.learning.models import Backbone, Model
from annotations.learning.queries import models_offered_in, open_model
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace

SpaceSource = Model | Backbone


def sources_of(spaces: Iterable[EmbeddingSpace]) -> dict[int, SpaceSource]:
    """By the number of the space; without those of measurements, and of backbones that are gone."""
    spaces = list(spaces)
    sources: dict[int, SpaceSource] = {space.pk: space.model for space in spaces if space.model}
    numbers = {space.pk: int(space.backbone) for space in spaces if space.backbone.isdecimal()}
    backbones = Backbone.objects.in_bulk(set(numbers.values())) if numbers else {}
    return sources | {space: backbones[pk] for space, pk in numbers.items() if pk in backbones}


def source_of(space: EmbeddingSpace) -> SpaceSource | None:
    return sources_of([space]).get(space.pk)


def sources_offered(user: User, project: Project) -> list[tuple[str, str]]:
    """(`model:3` or `backbone:2`, its name) of what a person may let look at the project's objects."""
    models = [(f"model:{model.pk}", model.name) for model in models_offered_in(user, project)]
    backbones = backbones_to_start_from(user)
    return models + [(f"backbone:{each.pk}", f"{each.name} (learnt without labels)") for each in backbones]


def open_source(user: User, params: Mapping[str, int | None]) -> SpaceSource:
    """Of `model` or `backbone`, one of which is a number. Raises Http404, or ValidationError."""
    model, backbone = params.get("model"), params.get("backbone")
    if (model is None) == (backbone is None):
        raise ValidationError("Choose either a model or a backbone.")
    return open_model(user, model) if model is not None else open_backbone(user, backbone or 0)
