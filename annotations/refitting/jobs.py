"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

refit = declare_job(
    "refit", title="Learning from the newest labels", alone_by=("project",), done_by="worker.refitting"
)
