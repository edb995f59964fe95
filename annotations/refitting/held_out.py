"""Objects on which learning while sorting is measured: whole samples that neither it nor a trained model learnt from.

Fixed they are: those that the newest trained model was tested on, and until there is one, the samples that the hash of
their number picks, a fifth of all.
"""

from dataclasses import dataclass

import numpy as np
from django.db.models import OuterRef, QuerySet

from annotations.common.copying import copied_rows
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
# embeddings of another model that learnt here have seen what that learnt from
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
    """What people have settled of them, in the project, and what those embeddings have not learnt from."""
    teacher = _teacher(space, project)
    is_other = teacher is not None and teacher.pk != model.pk
    more = UNTAUGHT.format(model=teacher.pk) if teacher and is_other else ""
    rows = copied_rows(
        TESTED.format(model=model.pk, project=project.pk, more=more, most=MOST_OBJECTS), FIELDS
    )
    return TestedObjects(*(rows[name].astype(kind[1:]) for name, kind in FIELDS))


def may_be_held_out(project: Project, space: EmbeddingSpace) -> bool:
    """Whether any sample of the project is new to the embeddings."""
    return _teacher(space, project) is None


def is_held_out(samples: np.ndarray) -> np.ndarray:
    """(n,) numbers of samples → whether each is one of the fifth, the same ones for ever."""
    hashes = (samples.astype(np.uint64) * KNUTH) % np.uint64(2**32)
    return hashes < np.uint64(2**32 // PART)


def _teacher(space: EmbeddingSpace, project: Project) -> Model | None:
    """The model of the space, where it has learnt from the project."""
    if space.model is None or space.model.learning_set is None:
        return None
    has_learnt = space.model.learning_set.projects.filter(pk=project.pk).exists()
    return space.model if has_learnt else None
