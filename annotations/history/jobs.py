"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

take_back = declare_job(
    "take_back", title="Taking back", alone_by=("undo",), done_by="annotations.history.work"
)
roll_back = declare_job(
    "roll_back", title="Roll-back", alone_by=("project", "person"), done_by="annotations.history.work"
)
