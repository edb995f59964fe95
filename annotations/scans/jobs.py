"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

import_scans = declare_job(
    "import_scans",
    title="Import of scans",
    done_by="worker.scans.importing",
)
