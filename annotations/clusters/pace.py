"""How far the work at a clustering is, and how fast it goes."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from annotations.clusters.models import Clustering

BREAK = timedelta(minutes=30)  # longer between two names, nobody was at work

# the pace: what was named, over the time between two names of the same person
PACE = """
SELECT coalesce(sum(changed), 0), coalesce(extract(epoch FROM sum(gap)), 0) FROM (
    SELECT b.changed, c.named_at - lag(c.named_at) OVER (PARTITION BY c.named_by_id ORDER BY c.named_at) AS gap
    FROM clusters_cluster c JOIN labels_batch b ON b.id = c.batch_id
    WHERE c.clustering_id = %s AND NOT b.is_undone
) named WHERE extract(epoch FROM gap) < %s
"""
SHARE = """
SELECT coalesce(sum(c.size), 0), coalesce(sum(b.changed) FILTER (WHERE NOT b.is_undone), 0),
       count(*), count(*) FILTER (WHERE NOT b.is_undone)
FROM clusters_cluster c LEFT JOIN labels_batch b ON b.id = c.batch_id
WHERE c.clustering_id = %s AND NOT c.is_group AND c.state <> 'gone'
"""


@dataclass(frozen=True)
class NamingPace:
    """`objects` and `clusters`, how many of them are named; `an_hour`: objects, None before anybody can tell."""

    objects: int
    named: int
    clusters: int
    clusters_named: int
    an_hour: int | None

    @property
    def percent(self) -> int:
        return round(100 * self.named / self.objects) if self.objects else 0


def pace_of(clustering: Clustering) -> NamingPace:
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [clustering.pk])
        objects, named, clusters, clusters_named = cursor.fetchone()
        cursor.execute(PACE, [clustering.pk, BREAK.total_seconds()])
        counted, seconds = cursor.fetchone()
    an_hour = round(3600 * counted / float(seconds)) if seconds else None
    return NamingPace(objects, named, clusters, clusters_named, an_hour)
