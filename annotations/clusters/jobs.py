"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

cluster_objects = declare_job(
    "cluster_objects",
    title="Clustering",
    alone_by=("project",),
    done_by="worker.clusters.job",
    again_by="annotations.clusters.rerunning:cluster_again",
    pages=(ResultPage("To the clusters", "clusters:list", needs="result.clusters"),),
)
split_cluster = declare_job(
    "split_cluster",
    title="Splitting a cluster",
    alone_by=("cluster",),
    done_by="worker.clusters.job",
    pages=(ResultPage("To the clusters", "clusters:list", needs="result.clusters"),),
)
propose_tree = declare_job(
    "propose_tree",
    title="Arranging clusters",
    alone_by=("clustering",),
    done_by="worker.clusters.arranging",
    pages=(ResultPage("To the tree of clusters", "clusters:tree", needs="result.groups"),),
)
