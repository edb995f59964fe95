"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

embed_measurements = declare_job(
    "embed_measurements",
    title="Similarity by measurements",
    alone_by=("project",),
    done_by="worker.embedding",
    again_by="annotations.similarity.again:embed_again",
)
