"""How what models said follows objects to another project: the models belong to it from then on."""

from collections.abc import Sequence

from django.db import connection

from annotations.labels.transfer import hold_chains, split_batches
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import (
    Backbone,
    FormerPrediction,
    HeldOut,
    LearningSet,
    Model,
    Prediction,
    PredictionPreview,
    ProjectModel,
)
from annotations.samples.following import (
    AFTER,
    BEFORE,
    HOLDS,
    Following,
    Transfer,
    comes_along,
    in_target_if_moved,
    stays,
)

PREDICTED = """
SELECT p.batch_id FROM learning_prediction p WHERE p.object_id = ANY(%(objects)s)
UNION SELECT unnest(ARRAY[f.batch_id, f.written_by]) FROM learning_formerprediction f
WHERE f.object_id = ANY(%(objects)s)
"""
TOUCHED = """
SELECT p.batch_id FROM learning_prediction p JOIN moved_ids m ON m.kind = 'object' AND m.old = p.object_id
UNION SELECT unnest(ARRAY[f.batch_id, f.written_by]) FROM learning_formerprediction f
JOIN moved_ids m ON m.kind = 'object' AND m.old = f.object_id
"""
LINK = """
INSERT INTO learning_model_projects (model_id, project_id)
SELECT DISTINCT p.model_id, %s::bigint FROM learning_prediction p
JOIN moved_ids m ON m.kind = 'object' AND m.new = p.object_id
ON CONFLICT DO NOTHING
"""


def hold_predictions(transfer: Transfer, object_ids: Sequence[int]) -> None:
    hold_chains(transfer, object_ids, PREDICTED)


def split_for_predictions(transfer: Transfer) -> None:
    split_batches(transfer, TOUCHED)


def link_models(transfer: Transfer) -> None:
    if transfer.target.is_bin:  # whose models nobody looks at
        return
    with connection.cursor() as cursor:
        cursor.execute(LINK, [transfer.target.pk])


def rank_anew(transfer: Transfer) -> None:
    """By how far their models disagree: orders are of one project, and stay behind."""
    if transfer.target.is_bin:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT new FROM moved_ids WHERE kind = 'object'")
        ids = [object_id for (object_id,) in cursor.fetchall()]
    rank_disagreement(project=transfer.target, object_ids=ids)


HOLDS.append(hold_predictions)
BEFORE.append(split_for_predictions)
AFTER += [link_models, rank_anew]
comes_along(
    Following(Prediction, computed={"batch_id": in_target_if_moved("batch", "t.batch_id")}),
    Following(
        FormerPrediction,
        computed={
            "batch_id": in_target_if_moved("batch", "t.batch_id"),
            "written_by": in_target_if_moved("batch", "t.written_by"),
        },
    ),
)
stays(
    HeldOut,
    reason="says what a model was tested on, which a copy was not; of an object that moves it goes with it",
)
stays(
    Backbone,
    LearningSet,
    Model,
    ProjectModel,
    reason="of their projects; what predictions are of gets the target besides",
)
stays(PredictionPreview, reason="shows what a prediction of the project would have done then")
