"""Undoing what a prediction said beyond its labels: the taxa that it thought of, and how novel the object was to it."""

from django.db import connection, transaction

from annotations.labels.models import Batch
from annotations.labels.undoing import source_of


@transaction.atomic
def restore_some_predictions(*, undo: Batch, after: int, most: int) -> tuple[int, int]:
    """As `labels.undo_some`, of what models said. What another prediction has said since stays."""
    source = source_of(undo)
    with connection.cursor() as cursor:
        cursor.execute(SOME, [source, after, most])
        ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return after, 0
        params = {"ids": ids, "root": undo.root_id, "undo": undo.pk, "is_redo": undo.is_doing}
        cursor.execute(REVERSIBLE, params)
        if (
            not undo.is_doing
        ):  # a redo needs nothing kept: what it would be undone to is kept since the first time
            cursor.execute(KEEP, params)
        cursor.execute(PUT_ASIDE)
        cursor.execute(PUT_BACK, params)
        cursor.execute("DROP TABLE former")
    return ids[-1], len(ids)


SOME = "SELECT id FROM learning_formerprediction WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s"

# `p` is as the prediction (or, for a redo, its undo) left it; `g` is what stood there before the prediction
REVERSIBLE = """
CREATE TEMPORARY TABLE former ON COMMIT DROP AS
SELECT f.* FROM learning_formerprediction f
LEFT JOIN learning_prediction p ON p.object_id = f.object_id AND p.is_current
LEFT JOIN learning_formerprediction g ON g.batch_id = %(root)s AND g.object_id = f.object_id
WHERE f.id = ANY(%(ids)s) AND CASE WHEN %(is_redo)s
    THEN (p.object_id IS NULL) = (g.model_id IS NULL) AND p.batch_id IS NOT DISTINCT FROM g.written_by
    ELSE p.batch_id = %(root)s END
"""

KEEP = """
INSERT INTO learning_formerprediction
    (batch_id, object_id, model_id, taxa, scores, candidates, novelty, written_by, created)
SELECT %(undo)s, p.object_id, p.model_id, p.taxa, p.scores, p.candidates, p.novelty, p.batch_id, p.created
FROM learning_prediction p JOIN former f ON f.object_id = p.object_id WHERE p.is_current
ON CONFLICT DO NOTHING
"""

# stays among what the models said of the object
PUT_ASIDE = """
UPDATE learning_prediction p SET is_current = FALSE FROM former f WHERE p.object_id = f.object_id AND p.is_current
"""

PUT_BACK = """
INSERT INTO learning_prediction
    (object_id, model_id, is_current, taxa, scores, candidates, novelty, batch_id, created)
SELECT f.object_id, f.model_id, TRUE, f.taxa, f.scores, f.candidates, f.novelty, f.written_by, f.created
FROM former f JOIN learning_model m ON m.id = f.model_id
ON CONFLICT (object_id, model_id) DO UPDATE SET
    is_current = TRUE, taxa = EXCLUDED.taxa, scores = EXCLUDED.scores, candidates = EXCLUDED.candidates,
    novelty = EXCLUDED.novelty, batch_id = EXCLUDED.batch_id, created = EXCLUDED.created
"""
