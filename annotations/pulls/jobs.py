"""The kind of long work of this app; where it is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

pull_ecotaxa = declare_job(
    "pull_ecotaxa",
    title="Fetching from EcoTaxa",
    alone_by=("project", "server", "source"),
    done_by="annotations.pulls.pull_job",
    pages=(ResultPage("Go on to the import", "jobs:detail", of="result.import"),),
    part="pulls/job.html",
)
