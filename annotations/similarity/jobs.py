"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import ResultPage, declare_job, job
from annotations.similarity.removing import remove_some

REMOVED_AT_ONCE = 20_000  # rows a transaction
SPACES = ResultPage("See the spaces of the project", "similarity:spaces", is_next=False)
WHAT_NOW = (
    ResultPage("To the clusters", "clusters:list"),
    ResultPage("See the map", "maps:map", is_next=False),
    SPACES,
)

embed_measurements = declare_job(
    "embed_measurements",
    title="Similarity by measurements",
    alone_by=("project",),
    done_by="worker.embedding.job",
    again_by="annotations.similarity.rerunning:embed_again",
    pages=WHAT_NOW,
)

embed_objects = declare_job(
    "embed_objects",
    title="Embedding",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.embedding.objects",
    again_by="annotations.similarity.rerunning:embed_objects_again",
    pages=WHAT_NOW,
)

find_duplicates = declare_job(
    "find_duplicates",
    title="Near-duplicates",
    alone_by=("project",),
    done_by="worker.duplicates.job",
    again_by="annotations.similarity.rerunning:search_again",
    pages=(ResultPage("Look at them", "similarity:duplicates"),),
)


@job("remove_embeddings", title="Removing a stale embedding space", alone_by=("project",))
def remove_embeddings(job: Job, progress: Progress) -> dict:
    """Some rows a transaction; taken up again, it removes what is left."""
    assert job.project_id is not None
    removed = 0
    while True:
        with progress.fenced():
            count = remove_some(project_id=job.project_id, space_id=job.params["space"], most=REMOVED_AT_ONCE)
        if not count:
            break
        removed += count
        progress.update(removed, removed, f"{removed:,} embeddings removed")
    return {"project": job.project_id, "message": f"{removed:,} embeddings removed: no label has changed."}
