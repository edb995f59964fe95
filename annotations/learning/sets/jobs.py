"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

freeze_set = declare_job(
    "freeze_set", title="Learning set", alone_by=("learning_set",), done_by="worker.learning_sets"
)
