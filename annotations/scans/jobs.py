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
    done_by="worker.segmentation.job",
    again_by="annotations.scans.segmentation.starting:segment_again",
    goes_on=True,
    pages=(
        ResultPage(
            "Look at what would be replaced",
            "segmentation:run",
            "result.waiting",
            several="segmentation:runs",
        ),
        ResultPage(
            "Sort the new objects",
            "gallery:bench",
            needs="result.made",
            query="state=unclassified&state=predicted",  # a detector names some
        ),
        ResultPage(
            "See what was found on each scan", "segmentation:runs", needs="result.applied", is_next=False
        ),
    ),
)
train_segmenter = declare_job(
    "train_segmenter",
    title="Training of a segmenter",
    queue="gpu",
    alone_by=("segmenter",),
    done_by="worker.segmenters.training",
    again_by="annotations.scans.segmenters.starting:train_again",
    pages=(
        ResultPage("Open the segmenter", "segmenters:detail", "result.segmenter"),
        ResultPage(
            "Watch the curves", "segmenters:detail", "params.segmenter", while_running=True, is_next=False
        ),
    ),
)
export_segmenter = declare_job(
    "export_segmenter",
    title="Export of a segmenter",
    queue="gpu",
    alone_by=("segmenter",),
    done_by="worker.segmenters.packages",
    makes="segmenter_{job}.zip",
    made="the segmenter",
    again_by="annotations.scans.segmenters.packages:export_again",
)
import_segmenter = declare_job(
    "import_segmenter",
    title="Import of a segmenter",
    queue="gpu",
    done_by="worker.segmenters.packages",
    pages=(ResultPage("Open the segmenter", "segmenters:detail", "result.segmenter"),),
)
