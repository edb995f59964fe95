"""Objects that go to another project leave their clusters, which were found among the objects of this one."""

from annotations.clusters.models import (
    Cluster,
    Clustering,
    ClusterMember,
    DeletedClustering,
    Growth,
    TreeChange,
)
from annotations.samples.following import is_left_behind, stays

is_left_behind(ClusterMember, reason="clusters are groups among the objects of one project")
stays(Clustering, reason="of one project")
stays(Cluster, reason="of one project; the sizes follow when somebody opens it")
stays(Growth, reason="of a cluster, which stays; an object that has gone is no candidate any more")
stays(DeletedClustering, reason="the log of one project")
stays(TreeChange, reason="of a clustering, which stays")
