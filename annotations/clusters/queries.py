"""Clusters as people see them: the largest first, with typical vignettes."""

from collections import Counter, defaultdict

from django.db import connection
from django.db.models import Q

from annotations.clusters.claims import is_held
from annotations.clusters.models import Cluster, Clustering, ClusterState, DeletedClustering
from annotations.common.keyset import Cursor
from annotations.labels.models import Batch
from annotations.pictures.keys import image_url
from annotations.projects.models import Project
from annotations.samples.queries import first_image
from annotations.taxonomy.queries import names_of

PAGE = 24  # clusters
TYPICAL = 100  # members that are asked what they are
STRIP = 8  # vignettes
MOST_DELETED = 20
ORDER = "size"
WAITING, NAMED, UNLIKE = "waiting", "named", "unlike"
FAR = 1.5  # spreads of labelled taxa: from here on a cluster is offered as perhaps a new taxon

STRIPS = f"""
SELECT c.id, i.key, i.width, i.height FROM clusters_cluster c
CROSS JOIN LATERAL (
    SELECT m.object_id FROM clusters_clustermember m
    WHERE m.cluster_id = c.id AND m.state <> 'O' ORDER BY m.distance, m.object_id LIMIT {STRIP}
) near
{first_image("near.object_id")}
WHERE c.id = ANY(%s)
"""
TAXA = f"""
SELECT c.id, o.taxon_id, o.state, count(*) FROM clusters_cluster c
CROSS JOIN LATERAL (
    SELECT m.object_id FROM clusters_clustermember m
    WHERE m.cluster_id = c.id AND m.state <> 'O' ORDER BY m.distance, m.object_id LIMIT {TYPICAL}
) near
JOIN samples_object o ON o.id = near.object_id
WHERE c.id = ANY(%s) GROUP BY 1, 2, 3
"""


def clusterings_of(project: Project) -> list[Clustering]:
    """The newest first."""
    return list(
        Clustering.objects.filter(project=project).select_related("space", "user").order_by("-pk")[:50]
    )


def deleted_clusterings_of(project: Project) -> list[DeletedClustering]:
    """The last ones that were deleted."""
    return list(project.deleted_clusterings.select_related("user")[:MOST_DELETED])


def page_of_clusters(
    clustering: Clustering, which: str, cursor: str | None, size: int = PAGE
) -> tuple[list[dict], str | None]:
    """Those that wait, are named, or wait far from all that is labelled, the largest first, as `described`; and the
    cursor of the next ones.

    Raises ValidationError for a cursor of something else.
    """
    clusters = Cluster.objects.filter(WHICH[which](), clustering=clustering)
    if cursor:
        start = Cursor.decode(cursor, f"{ORDER} {which}")
        last = int(start.key or 0)
        clusters = clusters.filter(Q(size__lt=last) | Q(size=last, pk__gt=start.id))
    page = list(clusters.select_related("holder", "taxon").order_by("-size", "pk")[: size + 1])
    following = None
    if len(page) > size:
        following = Cursor(f"{ORDER} {which}", page[size - 1].size, page[size - 1].pk).encode()
    return described(page[:size]), following


def waits() -> Q:
    """Of clusters: one that nobody has named; one whose name was taken back waits again."""
    return ~is_named() & ~Q(state=ClusterState.GONE) & Q(size__gt=0, is_group=False)


def _is_unlike() -> Q:
    return waits() & Q(novelty__gte=FAR)


def is_named() -> Q:
    return Q(state=ClusterState.NAMED) & ~Q(batch_id__in=Batch.objects.filter(is_undone=True).values("pk"))


WHICH = {WAITING: waits, NAMED: is_named, UNLIKE: _is_unlike}


def described(clusters: list[Cluster]) -> list[dict]:
    """In the shape of the API: with the vignettes of typical members, what these are, and who has it open."""
    ids = [cluster.pk for cluster in clusters]
    strips, taxa = _strips(ids), _taxa(ids)
    undone = set(
        Batch.objects.filter(
            pk__in=[cluster.batch_id for cluster in clusters if cluster.batch_id], is_undone=True
        ).values_list("pk", flat=True)
    )
    return [
        {
            **in_short(cluster, is_undone=cluster.batch_id in undone),
            "images": strips[cluster.pk],
            **taxa[cluster.pk],
        }
        for cluster in clusters
    ]


def taxa_of(clusters: list[dict]) -> set[int]:
    """The taxa that `described` clusters have or mostly consist of."""
    taxa = [each["taxon"] or (each["mostly"] and each["mostly"]["taxon"]) for each in clusters]
    return {taxon["id"] for taxon in taxa if taxon}


def in_short(cluster: Cluster, *, is_undone: bool = False) -> dict:
    taxon = cluster.taxon if cluster.state == ClusterState.NAMED and not is_undone else None
    return {
        "id": cluster.pk,
        "number": cluster.number,
        "name": str(cluster),
        "state": ClusterState.GROWN.value if is_undone else cluster.state,
        "size": cluster.size,
        "round": cluster.round,
        "novelty": cluster.novelty,
        "parent": cluster.parent_id,
        "taxon": taxon and {"id": taxon.pk, "name": taxon.display_name},
        "holder": cluster.holder.display_name if cluster.holder and is_held(cluster) else None,
    }


def _strips(ids: list[int]) -> dict[int, list[dict]]:
    strips: dict[int, list[dict]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STRIPS, [ids])
        for pk, key, width, height in cursor.fetchall():
            strips[pk].append({"url": image_url(key), "width": width, "height": height})
    return strips


def _taxa(ids: list[int]) -> dict[int, dict]:
    """`mostly`: the taxon that most of the typical members have or are predicted as, with its share of these;
    `settled`: the share that somebody has settled."""
    taxa: dict[int, Counter] = defaultdict(Counter)
    settled: Counter = Counter()
    total: Counter = Counter()
    with connection.cursor() as cursor:
        cursor.execute(TAXA, [ids])
        for pk, taxon, state, count in cursor.fetchall():
            total[pk] += count
            settled[pk] += count if state not in ("U", "P") else 0
            if taxon is not None:
                taxa[pk][taxon] += count
    best = {pk: max(counts.items(), key=lambda each: (each[1], -each[0])) for pk, counts in taxa.items()}
    names = names_of({taxon for taxon, _ in best.values()})
    return {
        pk: {
            "mostly": _mostly(best.get(pk), total[pk], names),
            "settled": round(settled[pk] / total[pk], 3) if total[pk] else 0,
        }
        for pk in ids
    }


def _mostly(best: tuple[int, int] | None, total: int, names: dict[int, str]) -> dict | None:
    if best is None:
        return None
    return {"taxon": {"id": best[0], "name": names[best[0]]}, "share": round(best[1] / total, 3)}
