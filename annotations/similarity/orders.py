"""Sorting by similarity to some objects."""

from annotations.search.order import Order, OrderGone, OrderKind, register_order
from annotations.similarity.examples import read_examples
from annotations.similarity.queries import Similarity, similarity_in, similarity_to_examples


def _by_similarity(text: str, argument: str, project_id: int) -> Order:
    return _order(text, similarity_to_examples(read_examples(argument, "object"), project_id))


def _in_same_space(text: str, argument: str, project_id: int, space: int) -> Order:
    """Pages go on in the space that they began in: distances of another one say nothing of where they ended."""
    similarity = similarity_in(space, read_examples(argument, "object"), project_id)
    if similarity is None:
        raise OrderGone("The space in which these were compared is gone: sort them anew, from the start.")
    return _order(text, similarity)


def _order(text: str, similarity: Similarity) -> Order:
    return Order(text, similarity.distance, "double precision", ranking=similarity, state=similarity.space)


register_order(
    OrderKind(
        name="similar",
        argument="<object>,…",
        help="what is most like some objects, and unlike those with a -: `similar:17,18,-25`; "
        "`similar:17:measurements` names the kind of space",
        build=_by_similarity,
        resume=_in_same_space,
        is_reversible=False,
    )
)
