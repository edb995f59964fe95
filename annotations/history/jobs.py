"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

LAST_ACTIONS = ResultPage("To the last actions", "history:list", needs="result.batch", is_next=False)
take_back = declare_job(
    "take_back",
    title="Taking back",
    alone_by=("undo",),
    done_by="annotations.history.undo_job",
    pages=(LAST_ACTIONS,),
)
roll_back = declare_job(
    "roll_back",
    title="Roll-back",
    alone_by=("project", "person"),
    done_by="annotations.history.undo_job",
    pages=(LAST_ACTIONS,),
)
