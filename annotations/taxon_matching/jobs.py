"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

settle_name = declare_job(
    "settle_name",
    title="Labels of names",
    alone_by=("settling",),
    done_by="annotations.taxon_matching.labelling",
)
undo_settling = declare_job(
    "undo_settling",
    title="Taking back labels of names",
    alone_by=("settling",),
    done_by="annotations.taxon_matching.labelling",
)
merge_taxa = declare_job(
    "merge_taxa", title="Merging of taxa", alone_by=("merge",), done_by="annotations.taxon_matching.merging"
)
undo_merge = declare_job(
    "undo_merge", title="Undoing a merge", alone_by=("merge",), done_by="annotations.taxon_matching.merging"
)
