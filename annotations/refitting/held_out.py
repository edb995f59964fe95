"""Objects on which learning while sorting is measured: whole samples that neither it nor a trained model learnt from.

Fixed they are: those that the newest trained model was tested on, and until there is one, the samples that the hash of
their number picks, a fifth of all.
"""

from dataclasses import dataclass

import numpy as np
from django.db.models import OuterRef, QuerySet

from annotations.common.copying import copied_rows
from annotations.learning.ancestors import line_of
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace

MOST_OBJECTS = 50_000
PART = 5  # one sample of so many
KNUTH = np.uint64(2654435761)  # a multiplicative hash: neighbouring numbers fall apart

# of more than enough any will do: the order is that of a hash
TESTED = """
SELECT h.object_id, h.taxon_id, h.predicted_id, h.score
FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = {model:d} AND h.fold = 'test' AND o.project_id = {project:d} AND o.state = 'V' {more}
ORDER BY hashint8(h.object_id) LIMIT {most:d}"""
# another model that learnt here, and made the embeddings or was started from, has seen what it learnt from
UNTAUGHT = """AND EXISTS (SELECT FROM learning_heldout t
    WHERE t.object_id = h.object_id AND t.model_id = {model:d} AND t.fold = 'test')"""
FIELDS = [("id", ">i8"), ("taxon", ">i8"), ("predicted", ">i8"), ("score", ">f8")]


@dataclass(frozen=True)
class TestedObjects:
    """Of a trained model: (N,) numbers of objects, their labels, and what it took them for with which score."""

    ids: np.ndarray
    taxa: np.ndarray
    predicted: np.ndarray
    scores: np.ndarray


def trained_models(project: Project | OuterRef) -> QuerySet[Model]:
    """That have learnt from labels of the project, the newest first."""
    trained = Model.objects.exclude(method=Model.Method.REFIT).filter(
        is_ready=True, archived=None, learning_set__projects=project
    )
    return trained.select_related("learning_set").order_by("-id")


def tested_by(model: Model, project: Project, space: EmbeddingSpace) -> TestedObjects:
    """What people have settled of them, in the project, and what neither embeddings nor forebears have learnt from."""
    others = {*_teachers(space.model, project), *_teachers(model, project)} - {model.pk}
    more = " ".join(UNTAUGHT.format(model=teacher) for teacher in sorted(others))
    rows = copied_rows(
        TESTED.format(model=model.pk, project=project.pk, more=more, most=MOST_OBJECTS), FIELDS
    )
    return TestedObjects(*(rows[name].astype(kind[1:]) for name, kind in FIELDS))


def may_be_held_out(project: Project, space: EmbeddingSpace) -> bool:
    """Whether any sample of the project is new to the embeddings."""
    return not _teachers(space.model, project)


def is_held_out(samples: np.ndarray) -> np.ndarray:
    """(n,) numbers of samples → whether each is one of the fifth, the same ones for ever."""
    hashes = (samples.astype(np.uint64) * KNUTH) % np.uint64(2**32)
    return hashes < np.uint64(2**32 // PART)


def _teachers(model: Model | None, project: Project) -> list[int]:
    """The numbers of the model and of those that it started from, one from the other, which learnt from the project."""
    return [
        each.pk
        for each in line_of(model)
        if each.learning_set and each.learning_set.projects.filter(pk=project.pk).exists()
    ]
