"""The only writer of what a model says of traits: sets of values at once, logged in the batch that predicts labels too.

A person's value is never overwritten, nor what a person's value rests on: with a number of eggs that somebody counted,
no model says that there is no egg sac. What applies no more, because the taxon or another trait is predicted anew, is
taken back, where it was but predicted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from annotations.common.live import publish_event
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch
from annotations.traits.models import Trait
from annotations.traits.queries import vocabulary
from annotations.traits.sql import DROP_OTHER_TAXA, SNAPSHOT
from annotations.traits.values import Value, read_value
from classifier.contract.traits import TraitKind


@dataclass(frozen=True)
class PredictedValue:
    object: int
    trait: int
    value: Value
    score: float | None  # calibrated probability; none for numbers


def predictable(project_id: int, kinds: dict[str, str]) -> dict[str, Trait]:
    """Of the traits that a model knows, key → kind, those that the project has: of the same kind, and not retired."""
    return {trait.key: trait for trait in vocabulary(project_id) if kinds.get(trait.key) == trait.kind}


def predicted_value(trait: Trait, predicted: object) -> Value | None:
    """What the model says as a value of this project's trait; None where it says nothing, or what the trait lacks."""
    if predicted is None or predicted == []:
        return None
    if trait.kind == TraitKind.COUNT and isinstance(predicted, int | float):
        predicted = max(0, round(predicted))
    try:
        return read_value(trait, predicted)
    except ValidationError:  # another project's choice
        return None


@transaction.atomic(savepoint=False)
def predict_traits(*, batch: Batch, objects: list[int], values: Iterable[PredictedValue]) -> int:
    """Writes what the batch's model says of these objects, after their labels; returns how many values changed."""
    if not Trait.objects.filter(project=batch.project_id).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            for prediction in values:
                value = prediction.value
                row = (
                    prediction.object,
                    prediction.trait,
                    list(value.choices),
                    value.number,
                    prediction.score,
                )
                copy.write_row(row)
        lock_objects(objects)
        cursor.execute(ARRIVE, [batch.project_id])
        cursor.execute(LEAVE_WHAT_PEOPLE_REST_ON, _rests(batch.project_id))
        cursor.execute(DROP_OTHER_TAXA)
        _repeat(cursor, DROP_WITHOUT_CONDITION)  # what depends on something left out is left out too
        cursor.execute(WRITE, {"batch": batch.pk, "model": batch.model_id})
        changed = cursor.rowcount + _repeat(cursor, TAKE_BACK, {"batch": batch.pk, "ids": objects})
        cursor.execute("DROP TABLE incoming, arriving")
    if changed:
        Batch.objects.filter(pk=batch.pk).update(changed=F("changed") + changed)
        publish_event(batch.project_id, "traits", batch=batch.pk, objects=None)
    return changed


def _rests(project_id: int) -> list[list[int]]:
    """Pairs of traits, as two lists: the second applies only with a value of the first, at whatever remove."""
    above = dict(Trait.objects.filter(project=project_id).values_list("pk", "only_if"))
    pairs = []
    for trait in above:
        condition = above[trait]
        while condition is not None:
            pairs.append((condition, trait))
            condition = above[condition]
    return [[first for first, _ in pairs], [second for _, second in pairs]]


def _repeat(cursor: CursorWrapper, sql: str, params: dict | None = None) -> int:
    """Runs it until it finds nothing more; how many rows it found."""
    total = 0
    while True:
        cursor.execute(sql, params)
        if not cursor.rowcount:
            return total
        total += cursor.rowcount


# --- SQL --------------------------------------------------------------------------------------------------------------

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    object_id bigint, trait_id bigint, choices varchar[], number float8, score float8
) ON COMMIT DROP
"""

ARRIVE = f"""
CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS
SELECT i.*, o.taxon_id, COALESCE(v.version, 0) AS version, {SNAPSHOT.format("v")} AS before
FROM incoming i JOIN samples_object o ON o.id = i.object_id AND o.project_id = %s
LEFT JOIN traits_traitvalue v ON v.object_id = i.object_id AND v.trait_id = i.trait_id
WHERE COALESCE(v.state, 'U') = 'U' OR v.state = 'P' AND v.annotator_id IS NULL
"""

LEAVE_WHAT_PEOPLE_REST_ON = """
DELETE FROM arriving a USING traits_traitvalue v, unnest(%s::bigint[], %s::bigint[]) AS rests (above, below)
WHERE rests.above = a.trait_id AND v.trait_id = rests.below AND v.object_id = a.object_id AND v.state IN ('V', 'D')
"""

DROP_WITHOUT_CONDITION = """
DELETE FROM arriving a USING traits_trait t
WHERE t.id = a.trait_id AND t.only_if_id IS NOT NULL AND NOT COALESCE(
    (SELECT p.choices && t.only_if_choices FROM arriving p
     WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id),
    (SELECT p.choices && t.only_if_choices FROM traits_traitvalue p
     WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id AND p.state <> 'U'),
    FALSE)
"""

WRITE = f"""
WITH w AS (
    INSERT INTO traits_traitvalue AS v (object_id, trait_id, choices, number, text, is_hidden, state, score,
                                        annotator_id, model_id, set_at, version)
    SELECT object_id, trait_id, choices, number, '', FALSE, 'P', score, NULL, %(model)s, now(), version + 1
    FROM arriving ORDER BY object_id, trait_id
    ON CONFLICT (object_id, trait_id) DO UPDATE SET
        choices = EXCLUDED.choices, number = EXCLUDED.number, text = '', is_hidden = FALSE, state = 'P',
        score = EXCLUDED.score, annotator_id = NULL, model_id = EXCLUDED.model_id, set_at = EXCLUDED.set_at,
        version = EXCLUDED.version
    RETURNING v.*
)
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, w.object_id, w.trait_id, w.version, c.before, {SNAPSHOT.format("w")}
FROM w JOIN arriving c ON c.object_id = w.object_id AND c.trait_id = w.trait_id
"""

TAKE_BACK = f"""
WITH c AS MATERIALIZED (
    SELECT v.object_id, v.trait_id, {SNAPSHOT.format("v")} AS before
    FROM traits_traitvalue v JOIN samples_object o ON o.id = v.object_id JOIN traits_trait t ON t.id = v.trait_id
    WHERE v.object_id = ANY(%(ids)s) AND v.state = 'P' AND v.annotator_id IS NULL AND (
        cardinality(t.applies_to || t.applies_to_names) > 0 AND NOT EXISTS (
            SELECT FROM taxonomy_taxon x WHERE x.id = o.taxon_id AND x.path && t.applies_to)
        OR t.only_if_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM traits_traitvalue p WHERE p.object_id = v.object_id AND p.trait_id = t.only_if_id
            AND p.state <> 'U' AND p.choices && t.only_if_choices))
), w AS (
    UPDATE traits_traitvalue v SET
        choices = '{{}}', number = NULL, text = '', is_hidden = FALSE, state = 'U', score = NULL, model_id = NULL,
        set_at = now(), version = v.version + 1
    FROM c WHERE v.object_id = c.object_id AND v.trait_id = c.trait_id
    RETURNING v.*
)
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, w.object_id, w.trait_id, w.version, c.before, {SNAPSHOT.format("w")}
FROM w JOIN c ON c.object_id = w.object_id AND c.trait_id = w.trait_id
"""
