"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

index_column = declare_job(
    "index_column", title="Quick sorting", alone_by=("column",), done_by="annotations.search.indexing"
)
