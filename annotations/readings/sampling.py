"""Which objects a reading has: drawn from those that match, by chance that a seed repeats."""

from django.db import connection

from annotations.readings.models import Reading, Sampling

STRATA = {
    Sampling.RANDOM: "TRUE",
    Sampling.TAXON: "o.taxon_id",
    Sampling.SAMPLE: "o.sample_id",
    Sampling.TAXON_SHARE: "o.taxon_id",
    Sampling.SAMPLE_SHARE: "o.sample_id",
}
# Round after round, one of each stratum: as even as the strata allow.
IN_ROUNDS = "row_number() OVER (PARTITION BY stratum ORDER BY chance)"
# A stratum's n-th object has its turn when (n - ½) / (its size) of the whole are drawn: Sainte-Laguë's method, which
# allots a parliament by votes, and favours neither large strata nor small ones.
BY_SHARE = f"({IN_ROUNDS} - 0.5) / count(*) OVER (PARTITION BY stratum)"
TURNS = {Sampling.TAXON_SHARE: BY_SHARE, Sampling.SAMPLE_SHARE: BY_SHARE}
# hashint8extended is as good as chance
SAMPLE = """
WITH shuffled AS (
    SELECT o.id, {stratum} AS stratum, hashint8extended(o.id, %s) AS chance FROM samples_object o
    WHERE o.project_id = %s AND {condition} AND EXISTS (SELECT FROM samples_image i WHERE i.object_id = o.id)
)
INSERT INTO readings_readingobject (reading_id, object_id)
SELECT %s, id FROM shuffled ORDER BY {turn}, chance LIMIT %s
"""


def sample_objects(reading: Reading, size: int, *conditions: tuple[str, list]) -> int:
    """Draws up to `size` objects of the project that have an image and meet all the conditions over samples_object `o`;
    returns how many.
    """
    sql = SAMPLE.format(
        stratum=STRATA[Sampling(reading.sampling)],
        condition=" AND ".join(f"({condition})" for condition, _ in conditions),
        turn=TURNS.get(Sampling(reading.sampling), IN_ROUNDS),
    )
    values = [value for _, params in conditions for value in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, [reading.seed, reading.project_id, *values, reading.pk, size])
        return cursor.rowcount
