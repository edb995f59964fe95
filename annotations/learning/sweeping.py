"""Removes from the bucket the files of models, backbones and learning sets that are gone, and of workers that were
overtaken."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from annotations.learning.files import BACKBONES, LEARNING_SETS, MODELS
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.pictures.artefacts import delete, stored_in
from annotations.pictures.packing import ENDING

YOUNG = timedelta(days=1)  # the row that will name it may not be written yet


def remove_unused_artefacts() -> int:
    """Returns how many. Called by beat. Folders are left alone: what lies there is named by nothing but its number."""
    kinds: list[tuple[str, Any]] = [(MODELS, Model), (LEARNING_SETS, LearningSet), (BACKBONES, Backbone)]
    return sum(remove_unnamed(kind, rows.objects.all()) for kind, rows in kinds)


def remove_unnamed(kind: str, rows: QuerySet[Any]) -> int:
    """Removes what the bucket has of a kind, and no `artefact` of the rows names. Returns how many."""
    unused = _unnamed(kind, rows)
    for key in unused:
        delete(key)
    return len(unused)


def _unnamed(kind: str, rows: QuerySet[Any]) -> list[str]:
    named = set(rows.exclude(artefact="").values_list("artefact", flat=True))
    return [
        key
        for key, written in stored_in(kind)
        if key.endswith(ENDING) and key not in named and timezone.now() - written > YOUNG
    ]
