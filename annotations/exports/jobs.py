"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

export_project = declare_job(
    "export_project",
    title="Export",
    done_by="annotations.exports.actions",
    makes="{job}.zip",
    made="the package",
    again_by="annotations.exports.rerunning:export_again",
)
