"""What is most like an object."""

from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole
from annotations.similarity.queries import likeness_to, nearest

MOST_SIMILAR = 1000  # objects nearest to one


def _near(object_id: int, project_id: int) -> Sql:
    rows = nearest(likeness_to(object_id, project_id), project_id, MOST_SIMILAR)
    return "o.id = ANY(%s)", [[near for near, _ in rows]]


register(
    Condition(
        name="similar",
        help=f"the {MOST_SIMILAR:,} objects most like this one",
        example="17",
        read=whole,
        sql=_near,
        sentence=lambda object_id: f"the {MOST_SIMILAR:,} most like object {object_id}",
    )
)
