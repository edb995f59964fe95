"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

import_package = declare_job(
    "import_package",
    title="Import",
    done_by="annotations.imports.actions",
    pages=(
        ResultPage("Open the project", "gallery:bench", needs="result.project"),
        ResultPage("Back to Import", "imports:new", after_failure=True, is_next=False),
    ),
    part="imports/job.html",
)
render_pictures = declare_job(
    "render_pictures",
    title="Rendering of pictures",
    alone_by=("project",),
    done_by="annotations.imports.rendering",
)
