"""What a refit reads, as arrays, because PostgreSQL sends its bytes; embeddings only when they have changed."""

from dataclasses import dataclass

import numpy as np

from annotations.common.copying import copied_rows
from annotations.refitting.vectors import mapped_vectors
from annotations.samples.models import State
from annotations.similarity.models import EmbeddingSpace

STATES = list(State)
NAMED = 3  # taxa that a model names of an object

OBJECTS = """
SELECT o.id, o.sample_id, COALESCE(o.taxon_id, 0), position(o.state in '{states}') - 1, COALESCE(o.score, -1)
FROM samples_object o WHERE o.project_id = {project:d}"""
PREDICTED_BY_MODEL = """
SELECT p.object_id, COALESCE(p.taxa[1], 0), COALESCE(p.taxa[2], 0), COALESCE(p.taxa[3], 0),
       COALESCE(p.scores[1], 0), COALESCE(p.scores[2], 0), COALESCE(p.scores[3], 0)
FROM learning_prediction p JOIN samples_object o ON o.id = p.object_id
WHERE p.model_id = {model:d} AND o.project_id = {project:d}"""
# predictions that came with a package: one taxon, perhaps without a score
PREDICTED_BY_PACKAGES = """
SELECT DISTINCT ON (c.object_id) c.object_id, c.to_taxon_id, 0::bigint, 0::bigint, COALESCE(c.to_score, {usual}),
       0::float8, 0::float8
FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id JOIN samples_object o ON o.id = c.object_id
WHERE b.project_id = {project:d} AND b.kind = 'import' AND c.to_state = 'P' AND c.to_taxon_id IS NOT NULL
AND o.project_id = {project:d} ORDER BY c.object_id, c.version DESC"""
USUAL = 0.8  # score of a prediction that came without one


@dataclass(frozen=True)
class ObjectRows:
    """All of a project, in the order of ids."""

    ids: np.ndarray
    samples: np.ndarray
    taxa: np.ndarray  # 0 for none
    states: np.ndarray  # places in STATES
    scores: np.ndarray  # -1 for none

    def are(self, *states: State) -> np.ndarray:
        """(n,) whether each is in one of the states."""
        return np.isin(self.states, [STATES.index(state) for state in states])


@dataclass(frozen=True)
class Vectors:
    ids: np.ndarray  # in their order
    vectors: np.ndarray  # float16 (n, dimensions), perhaps of a file that is mapped: to be read in parts


@dataclass(frozen=True)
class EarlierPredictions:
    """By an earlier model, the surest taxa first; 0 for none."""

    ids: np.ndarray  # in their order
    taxa: np.ndarray  # (n, NAMED)
    scores: np.ndarray  # (n, NAMED)


def read_objects(project_id: int) -> ObjectRows:
    fields = [("id", ">i8"), ("sample", ">i8"), ("taxon", ">i8"), ("state", ">i4"), ("score", ">f8")]
    rows = _copied(OBJECTS.format(states="".join(STATES), project=project_id), fields)
    return ObjectRows(*(rows[name] for name, _ in fields))


def read_vectors(space: EmbeddingSpace, project_id: int) -> Vectors:
    rows = mapped_vectors(space, project_id)
    return Vectors(np.array(rows["id"]), rows["vector"])


def read_earlier(space: EmbeddingSpace, project_id: int) -> EarlierPredictions:
    """By the model whose space it is; in a space of none, what came with packages."""
    fields = [
        ("id", ">i8"),
        *((f"taxon{k}", ">i8") for k in range(3)),
        *((f"score{k}", ">f8") for k in range(3)),
    ]
    if space.model_id is not None:
        sql = PREDICTED_BY_MODEL.format(model=space.model_id, project=project_id)
    else:
        sql = PREDICTED_BY_PACKAGES.format(project=project_id, usual=USUAL)
    rows = _copied(sql, fields)
    taxa, scores = ([rows[f"{name}{k}"] for k in range(NAMED)] for name in ("taxon", "score"))
    return EarlierPredictions(rows["id"], np.stack(taxa, axis=1), np.stack(scores, axis=1))


def _copied(sql: str, fields: list) -> np.ndarray:
    """The rows in the order of the first field."""
    rows = copied_rows(sql, fields)
    return rows[np.argsort(rows[fields[0][0]], kind="stable")]
