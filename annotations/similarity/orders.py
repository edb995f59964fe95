"""Sorting by similarity to an object."""

from annotations.search.order import Order, OrderKind, register_order
from annotations.similarity.queries import similarity_to
from annotations.similarity.values import object_and_kind


def _by_similarity(text: str, argument: str, project_id: int) -> Order:
    object_id, kind = object_and_kind(argument, "object")
    similarity = similarity_to(object_id, project_id, kind)
    return Order(text, similarity.distance, "double precision", ranking=similarity)


register_order(
    OrderKind(
        name="similar",
        argument="<object>",
        help="what is most like an object; `similar:17:measurements` names the kind of space",
        build=_by_similarity,
        is_reversible=False,
    )
)
