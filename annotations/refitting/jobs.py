"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

refit = declare_job(
    "refit",
    title="Learning from the newest labels",
    alone_by=("project",),
    done_by="worker.refitting.job",
    pages=(
        ResultPage("Review what it predicted", "review:queue"),
        ResultPage("See the model", "learning:detail", of="result.model", is_next=False),
    ),
)

measure_refit = declare_job(
    "measure_refit",
    title="How learning while sorting does",
    alone_by=("project",),
    done_by="worker.refitting.measuring",
    pages=(ResultPage("See what a full training would gain", "retraining:list"),),
)
