"""Removes from the bucket the files of models, backbones and learning sets that are gone, and of workers that were
overtaken."""

from datetime import timedelta

from django.utils import timezone

from annotations.learning.files import BACKBONES, LEARNING_SETS, MODELS
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.pictures.artefacts import delete, stored_in
from annotations.pictures.packing import ENDING

YOUNG = timedelta(days=1)  # the row that will name it may not be written yet


def remove_unused_artefacts() -> int:
    """Returns how many. Called by beat. Folders are left alone: what lies there is named by nothing but its number."""
    unused = [*_unnamed(MODELS, Model), *_unnamed(LEARNING_SETS, LearningSet), *_unnamed(BACKBONES, Backbone)]
    for key in unused:
        delete(key)
    return len(unused)


def _unnamed(kind: str, rows: type[Model] | type[LearningSet] | type[Backbone]) -> list[str]:
    named = set(rows.objects.exclude(artefact="").values_list("artefact", flat=True))
    return [
        key
        for key, written in stored_in(kind)
        if key.endswith(ENDING) and key not in named and timezone.now() - written > YOUNG
    ]
