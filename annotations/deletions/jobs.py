"""The kinds of long work on what was deleted: into the bin, out of it, and for good."""

from annotations.jobs.registry import ResultPage, declare_job

PLACE = "annotations.deletions."
OPEN = ResultPage("Open the project", "gallery:bench")
BIN = ResultPage("Look into the bin", "deletions:objects", is_next=False)

delete_objects = declare_job(
    "delete_objects",
    title="Deletion of objects",
    alone_by=("project",),
    done_by=f"{PLACE}moving_to_bin",
    is_log=True,
    pages=(OPEN, BIN),
)
restore_objects = declare_job(
    "restore_objects",
    title="Restoring from the bin",
    alone_by=("project",),
    done_by=f"{PLACE}restoring",
    pages=(OPEN,),
)
purge_objects = declare_job(
    "purge_objects", title="Deletion for good", alone_by=("deletion",), done_by=f"{PLACE}purging"
)
delete_project = declare_job(
    "delete_project", title="Deletion of a project", alone_by=("deletion",), done_by=f"{PLACE}purging"
)
