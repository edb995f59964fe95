"""Clusters arranged into a tree of groups, as a job, and as the last step of a clustering."""

from annotations.clusters import jobs
from annotations.clusters.models import Clustering
from annotations.clusters.tree.proposals import (
    LEAST,
    GroupOfClusters,
    middles_at_top,
    store_proposal,
)
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from classifier.clustering.hierarchy import ProposedGroup, TooManyMiddles, propose_groups


@jobs.propose_tree.work
def propose_tree(job: Job, progress: Progress) -> dict:
    """The work of a proposal; taken up again, it changes nothing that is there already."""
    assert job.project is not None
    clustering = Clustering.objects.get(pk=job.params["clustering"])
    progress.update(0, 2, "Reading where clusters lie")
    try:
        numbers, top = proposal_for(clustering)
    except TooManyMiddles as error:
        raise JobError(str(error)) from error
    progress.update(1, 2, f"Arranging {len(numbers):,} clusters")
    groups = 0
    if top is not None:
        with progress.fenced():
            groups = store_proposal(clustering=clustering, job=job, top=top)
    message = f"{len(numbers):,} clusters in {groups:,} groups."
    if top is None:
        message = "Fewer than three clusters lie outside of groups: there is nothing to arrange."
    return {
        "project": job.project.pk,
        "clustering": clustering.pk,
        "groups": groups or None,
        "message": message,
    }


def proposal_for(clustering: Clustering) -> tuple[list[int], GroupOfClusters | None]:
    """The clusters that stand at the top, and the tree that is proposed for them; None where they are too few. Raises
    TooManyMiddles."""
    numbers, middles = middles_at_top(clustering)
    if len(numbers) < LEAST:
        return numbers, None
    return numbers, _with_numbers(propose_groups(middles), numbers)


def _with_numbers(group: ProposedGroup, numbers: list[int]) -> GroupOfClusters:
    return GroupOfClusters(
        [numbers[each] if isinstance(each, int) else _with_numbers(each, numbers) for each in group.children]
    )
