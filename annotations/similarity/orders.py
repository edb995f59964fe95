"""Sorting by likeness to an object."""

from annotations.search.order import Order, OrderKind, register_order
from annotations.search.values import whole
from annotations.similarity.queries import likeness_to


def _by_likeness(text: str, argument: str, project_id: int) -> Order:
    likeness = likeness_to(whole(argument, "object"), project_id)
    return Order(text, likeness.distance, "double precision", ranking=likeness)


register_order(
    OrderKind(
        name="similar",
        argument="<object>",
        help="what a model finds most like an object",
        build=_by_likeness,
        is_reversible=False,
    )
)
