"""Where rows stand among their siblings: numbers between those of their neighbours, so that no other row is written."""

from annotations.clusters.models import Cluster, Clustering, ClusterState

LEAST_GAP = 1e-6  # below it the siblings are numbered anew


def siblings_below(clustering: Clustering, parent: Cluster | None) -> list[Cluster]:
    """In their order."""
    rows = Cluster.objects.filter(clustering=clustering, parent=parent).exclude(state=ClusterState.GONE)
    return list(rows.order_by("place", "number"))


def places_before(
    clustering: Clustering, parent: Cluster | None, before: int | None, count: int, without: set[int]
) -> list[float]:
    """Places for `count` rows below `parent` that come before that sibling; without one, or where it stands elsewhere
    by now, after the last. `without` are the rows that move."""
    rows = [row for row in siblings_below(clustering, parent) if row.pk not in without]
    at = next((number for number, row in enumerate(rows) if row.pk == before), len(rows))
    if 0 < at < len(rows) and rows[at].place - rows[at - 1].place < LEAST_GAP * (count + 1):
        _number_anew(rows)
    first = rows[at - 1].place if at else rows[0].place - count - 1 if rows else -1.0
    last = rows[at].place if at < len(rows) else first + count + 1
    return [first + (last - first) * (number + 1) / (count + 1) for number in range(count)]


def _number_anew(rows: list[Cluster]) -> None:
    for place, row in enumerate(rows):
        row.place = place
    Cluster.objects.bulk_update(rows, ["place"])
