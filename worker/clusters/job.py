"""Clusters of a project's objects, and smaller ones within one of them, as jobs."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from annotations.clusters import jobs
from annotations.clusters.models import Cluster, Clustering
from annotations.clusters.reading import labelled_vectors, members_of, vectors_matching
from annotations.clusters.storing import ClusteringResult, ClusterSummary, store_clustering, store_parts
from annotations.clusters.tree.proposals import store_proposal
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.search.filter import Filter
from classifier.clustering.hierarchy import TooManyMiddles
from classifier.clustering.novelty import novelties
from classifier.clustering.rounds import Clusters, Settings, cluster
from classifier.clustering.typical import centroids, order_of, typical_members
from worker.clusters.arranging import proposal_for

Chunks = Iterable[tuple[np.ndarray, np.ndarray]]
STEPS = 100  # of the progress bar: 0 to 30 reading, to 90 the rounds, to 100 writing
LEAST_PART = 8  # objects of a part of a cluster that is split


@jobs.cluster_objects.work
def cluster_objects(job: Job, progress: Progress) -> dict:
    """The work of a clustering; taken up again, it begins anew, and its clusters come to be at one stroke."""
    assert job.project is not None
    criteria = Filter.parse(job.params["filter"])
    ids, vectors = _read(vectors_matching(job.project, job.params["space"], criteria), progress)
    grouping = _grouped(ids, vectors, Settings(job.params["smallest"], seed=job.pk), progress)
    grouping = _with_novelty(grouping, ids, vectors, labelled_vectors(job.project, job.params["space"]))
    with progress.fenced():
        clustering = store_clustering(job=job, grouping=grouping)
        warnings = _propose_tree(clustering, job)
    return {
        "project": job.project.pk,
        "clustering": clustering.pk,
        "clusters": len(grouping.clusters),
        "clustered": clustering.objects_clustered,
        "objects": len(ids),
        "message": _summary(len(grouping.clusters), clustering.objects_clustered, len(ids)),
        "warnings": warnings,
    }


def _propose_tree(clustering: Clustering, job: Job) -> list[dict]:
    """A warning where the clusters are too many for one: they stand in no groups then."""
    try:
        _, top = proposal_for(clustering)
    except TooManyMiddles as error:
        return [{"file": "", "line": None, "column": None, "message": str(error)}]
    if top is not None:
        store_proposal(clustering=clustering, job=job, top=top)
    return []


@jobs.split_cluster.work
def split_cluster(job: Job, progress: Progress) -> dict:
    """The work of splitting one; taken up again, it begins anew."""
    assert job.project is not None
    whole = Cluster.objects.select_related("clustering").get(pk=job.params["cluster"])
    chunks = members_of(job.project, whole.clustering.space_id or 0, whole.pk)
    ids, vectors = _read(chunks, progress)
    smallest = max(LEAST_PART, len(ids) // 8)
    grouping = _grouped(ids, vectors, Settings(smallest, last=LEAST_PART, seed=job.pk), progress)
    with progress.fenced():
        parts = store_parts(cluster=whole, grouping=grouping)
    message = f"{whole} became {parts} clusters." if parts else f"{whole} is of one piece: it stays as it is."
    return {"project": job.project.pk, "cluster": whole.pk, "clusters": parts or None, "message": message}


def _read(chunks: Chunks, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """All of them: ids, int (n,), and vectors, float32 (n, dimensions)."""
    ids, vectors, count = [np.empty(0, int)], [], 0
    for some, where in chunks:
        ids.append(some)
        vectors.append(where)
        count += len(some)
        progress.update(min(30, 1 + count // 40_000), STEPS, f"Read where {count:,} objects lie")
    return np.concatenate(ids), np.concatenate(vectors) if vectors else np.empty((0, 1), np.float32)


def _grouped(
    ids: np.ndarray, vectors: np.ndarray, settings: Settings, progress: Progress
) -> ClusteringResult:
    if len(ids) < 2 * settings.last:
        return ClusteringResult(ids, np.full(len(ids), -1), np.zeros(len(ids)), [])
    done = iter(np.linspace(30, 90, len(settings.sizes), endpoint=False))
    grouping = cluster(vectors, settings, lambda words: progress.update(int(next(done)), STEPS, words))
    progress.update(90, STEPS, f"Keeping {len(grouping.cores):,} clusters")
    return ClusteringResult(ids, grouping.labels, grouping.distances, _described(ids, grouping))


def _described(ids: np.ndarray, grouping: Clusters) -> list[ClusterSummary]:
    if not grouping.cores:
        return []
    typical, places = typical_members(grouping), order_of(centroids(grouping))
    return [
        ClusterSummary(ids[members].tolist(), number, float(place))
        for members, number, place in zip(typical, grouping.rounds, places, strict=True)
    ]


def _with_novelty(
    grouping: ClusteringResult, ids: np.ndarray, vectors: np.ndarray, labelled: tuple[np.ndarray, np.ndarray]
) -> ClusteringResult:
    """With how far each cluster lies from what people have named. `ids` ascend, as they were read."""
    typical = [vectors[np.searchsorted(ids, each.core)] for each in grouping.clusters]
    far = novelties(typical, *labelled)
    clusters = [replace(each, novelty=value) for each, value in zip(grouping.clusters, far, strict=True)]
    return replace(grouping, clusters=clusters)


def _summary(clusters: int, clustered: int, objects: int) -> str:
    if not objects:
        return "Nothing that nobody settled has been embedded: there is nothing to cluster."
    if not clusters:
        return (
            f"None of {objects:,} objects lie so close together that they form a cluster: try a smaller size."
        )
    return f"{clusters:,} clusters with {clustered:,} of {objects:,} objects."
