"""Members of a cluster."""

from django.core.exceptions import ValidationError

from annotations.clusters.models import Cluster
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole

MEMBER = """EXISTS (SELECT FROM clusters_clustermember m JOIN clusters_cluster c ON c.id = m.cluster_id
WHERE m.object_id = o.id AND m.cluster_id = %s AND m.state <> 'O' AND c.project_id = %s)"""


def _in_cluster(number: int, project_id: int) -> Sql:
    if not Cluster.objects.filter(pk=number, project=project_id).exists():
        raise ValidationError(f"There is no cluster {number} in this project.")
    return MEMBER, [number, project_id]


register(
    Condition(
        name="cluster",
        help="members of a cluster, by its number in the address of its page",
        example="17",
        read=whole,
        sql=_in_cluster,
        sentence=lambda number: f"in cluster {number}",
        type=int,
    )
)
