"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

import_scans = declare_job(
    "import_scans",
    title="Import of scans",
    done_by="worker.scans.importing",
    pages=(ResultPage("See the scans", "scans:list", needs="result.project"),),
)
segment = declare_job(
    "segment",
    title="Segmentation",
    alone_by=("project",),
    done_by="worker.segmenting",
    again_by="annotations.scans.segmentation.starting:segment_again",
    goes_on=True,
    pages=(ResultPage("See what was found", "segmentation:runs"),),
)
