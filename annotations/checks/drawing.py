"""Freezing a set and drawing from it: at one moment, without replacement, all objects equally likely."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.checks.models import QualityCheck
from annotations.search.filter import Filter

MOST_LOOKS = 5000  # drawn of a set; more nobody looks at
NOTHING = "Nothing with a label and a picture matches: there is nothing to check."

# One statement sees one moment: what is counted is what is drawn from. The database keeps only the rows with the least
# hashes while it reads; a hash of the number and the seed is as good as chance.
DRAW = """
WITH frozen AS (
    SELECT count(*) AS objects FROM samples_object o WHERE {matching}
), random AS (
    SELECT o.id, o.taxon_id, o.state, o.version, o.score, hashint8extended(o.id, %s) AS chance
    FROM samples_object o WHERE {matching} ORDER BY chance, o.id LIMIT %s
), drawn AS (
    INSERT INTO checks_qualitylook (quality_check_id, object_id, place, taxon_id, state, version, score)
    SELECT %s, id, row_number() OVER (ORDER BY chance, id), taxon_id, state, version, score FROM random
    RETURNING 1
)
SELECT frozen.objects, (SELECT count(*) FROM drawn) FROM frozen
"""
MATCHING = """o.project_id = %s AND o.taxon_id IS NOT NULL AND ({condition})
    AND EXISTS (SELECT FROM samples_image i WHERE i.object_id = o.id)"""


@transaction.atomic
def draw_looks(check: QualityCheck, criteria: Filter) -> int:
    """Notes how many labelled objects with a picture match, and draws up to MOST_LOOKS of them; returns how many match.

    Reads all that match, in bounded memory: of very many it is a job's. Raises ValidationError when nothing matches.
    """
    condition, params = criteria.narrowed(check.project_id).where(check.project_id)
    matching = MATCHING.format(condition=condition)
    of_matching = [check.project_id, *params]
    with connection.cursor() as cursor:
        cursor.execute(
            DRAW.format(matching=matching),
            [*of_matching, check.seed, *of_matching, MOST_LOOKS, check.pk],
        )
        check.objects_in_set, check.drawn = cursor.fetchone()
    if not check.objects_in_set:
        raise ValidationError(NOTHING)
    check.save(update_fields=["objects_in_set", "drawn"])
    return check.objects_in_set
