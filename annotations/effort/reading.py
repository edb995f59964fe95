"""Sums over the annotation log of a project: a pass over its changes each, for a job and not for a page.

An act is a batch of labels, however many objects it has. What it took is the time since the person's act before it in
the project; a longer one than PAUSE was spent otherwise, and counts as nothing. What was taken back counts as nothing.
"""

from datetime import datetime

from django.db import connection

PAUSE = 120  # seconds

BY_PERSON = """
WITH acts AS (
    SELECT b.id, b.user_id, b.kind, b.created,
           count(*) FILTER (WHERE c.from_state = 'U' AND c.to_state IN ('V', 'D')) AS by_hand,
           count(*) FILTER (WHERE c.from_state = 'P' AND c.to_state = 'V'
                            AND c.to_taxon_id = c.from_taxon_id) AS accepted,
           count(*) FILTER (WHERE c.from_state = 'P' AND c.to_state IN ('V', 'D')
                            AND c.to_taxon_id <> c.from_taxon_id) AS corrected,
           count(*) FILTER (WHERE c.from_state IN ('V', 'D', 'M') AND c.to_state IN ('V', 'D')) AS revised,
           count(*) FILTER (WHERE c.to_state = 'M') AS by_rule
    FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
    WHERE b.project_id = %(project)s AND b.kind IN ('label', 'rule') AND NOT b.is_undone AND b.created >= %(since)s
    GROUP BY b.id
), timed AS (
    SELECT acts.*, extract(epoch FROM created - lag(created) OVER (PARTITION BY user_id ORDER BY created, id)) AS gap
    FROM acts
)
SELECT user_id, sum(by_hand)::bigint, sum(accepted)::bigint, sum(corrected)::bigint, sum(revised)::bigint,
       sum(by_rule)::bigint, count(*), coalesce(sum(gap) FILTER (WHERE gap <= %(pause)s), 0)::float,
       coalesce(sum(by_hand + accepted + corrected) FILTER (WHERE gap <= %(pause)s), 0)::bigint + sum(by_rule)::bigint,
       coalesce(sum(by_hand) FILTER (WHERE gap <= %(pause)s AND by_hand > 0 AND accepted + corrected = 0), 0)::bigint,
       coalesce(sum(gap) FILTER (WHERE gap <= %(pause)s AND by_hand > 0 AND accepted + corrected = 0), 0)::float
FROM timed GROUP BY 1
"""

# what people said of predictions: the change before theirs says whose it was
ANSWERS = """
SELECT before.model_id, c.from_taxon_id, date_trunc('week', b.created AT TIME ZONE 'UTC')::date, count(*),
       count(*) FILTER (WHERE c.to_taxon_id <> c.from_taxon_id)
FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
LEFT JOIN labels_change former ON former.object_id = c.object_id AND former.version = c.version - 1
LEFT JOIN labels_batch before ON before.id = former.batch_id
WHERE b.project_id = %(project)s AND b.kind = 'label' AND NOT b.is_undone AND b.created >= %(since)s
  AND c.from_state = 'P' AND c.to_state IN ('V', 'D')
GROUP BY 1, 2, 3
"""

SCORES = """
SELECT o.sample_id, count(*), avg(o.score)::float FROM samples_object o
WHERE o.project_id = %(project)s AND o.state = 'P' AND o.score IS NOT NULL GROUP BY 1
"""

# how far the middle of a sample lies from that of all, as one less the cosine
DISTANCES = """
WITH middles AS (
    SELECT o.sample_id, avg(e.vector) AS middle FROM similarity_embedding e JOIN samples_object o ON o.id = e.object_id
    WHERE e.space_id = %(space)s AND e.project_id = %(project)s GROUP BY 1
)
SELECT m.sample_id, (m.middle <=> (SELECT avg(middle) FROM middles))::float FROM middles m
"""


def rows_of(sql: str, project_id: int, since: datetime, space: int | None = None) -> list[tuple]:
    """The rows of one of the above."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project_id, "since": since, "pause": PAUSE, "space": space})
        return cursor.fetchall()
