"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

machine_validate = declare_job(
    "machine_validate",
    title="Machine-validating",
    alone_by=("project", "taxon"),
    done_by="annotations.review.machine_validating",
    pages=(ResultPage("To the last actions", "history:list", needs="result.batch", is_next=False),),
)
