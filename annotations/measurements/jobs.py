"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

measure = declare_job(
    "measure",
    title="Measurement",
    alone_by=("project", "anew"),
    done_by="worker.measuring",
    again_by="annotations.measurements.rerunning:measure_again",
    pages=(ResultPage("Open the project", "gallery:bench"),),
)
rescale = declare_job("rescale", title="Measures in µm and mm", done_by="worker.rescaling")
