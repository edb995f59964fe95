"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

map_objects = declare_job(
    "map_objects",
    title="Map by UMAP",
    alone_by=("project",),
    done_by="worker.mapping",
    again_by="annotations.maps.rerunning:map_again",
    pages=(ResultPage("See the map", "maps:map"),),
)
