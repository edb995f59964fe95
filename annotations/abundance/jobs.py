"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

estimate_abundance = declare_job(
    "estimate_abundance",
    title="Abundance",
    alone_by=("project",),
    done_by="worker.abundance",
    again_by="annotations.abundance.rerunning:estimate_again",
    pages=(ResultPage("See the abundances", "abundance:table"),),
)
