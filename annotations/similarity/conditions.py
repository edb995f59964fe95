"""What is most like an object."""

from annotations.search.registry import Condition, Sql, register
from annotations.similarity.queries import nearest, similarity_to
from annotations.similarity.values import object_and_kind

MOST_SIMILAR = 1000  # objects nearest to one


def _near(value: tuple[int, str], project_id: int) -> Sql:
    object_id, kind = value
    rows = nearest(similarity_to(object_id, project_id, kind), project_id, MOST_SIMILAR)
    return "o.id = ANY(%s)", [[near for near, _ in rows]]


def _sentence(value: tuple[int, str]) -> str:
    object_id, kind = value
    return f"the {MOST_SIMILAR:,} most like object {object_id}{f' by {kind}' if kind else ''}"


register(
    Condition(
        name="similar",
        help=f"the {MOST_SIMILAR:,} objects most like this one; `17:measurements` names the kind of space",
        example="17",
        read=object_and_kind,
        sql=_near,
        sentence=_sentence,
    )
)
