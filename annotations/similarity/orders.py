"""Sorting by similarity to some objects."""

from annotations.search.order import Order, OrderKind, register_order
from annotations.similarity.examples import read_examples
from annotations.similarity.queries import similarity_to_examples


def _by_similarity(text: str, argument: str, project_id: int) -> Order:
    similarity = similarity_to_examples(read_examples(argument, "object"), project_id)
    return Order(text, similarity.distance, "double precision", ranking=similarity)


register_order(
    OrderKind(
        name="similar",
        argument="<object>,…",
        help="what is most like some objects, and unlike those with a -: `similar:17,18,-25`; "
        "`similar:17:measurements` names the kind of space",
        build=_by_similarity,
        is_reversible=False,
    )
)
