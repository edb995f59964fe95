"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

import_marks = declare_job(
    "import_marks",
    title="Import of marks",
    done_by="annotations.marks.imports",
    pages=(ResultPage("Open the project", "gallery:bench"),),
)
