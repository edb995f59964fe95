"""What pages offer to sort by: the orders, then the free columns of the project, each once; the directions in words."""

import secrets

from annotations.samples.models import FreeColumn
from annotations.search.order import ORDERS, Order, OrderKind


def orders_of(project_id: int) -> list[dict]:
    """In the order in which pages show them. `order` has the direction that comes first, `-field:area`; `ascending` and
    `descending` are empty where the words are missing, `is_reversible` says whether there are two."""
    kinds = [_of_kind(kind) for kind in ORDERS.values() if kind.title]
    columns = FreeColumn.objects.filter(project=project_id, level=FreeColumn.Level.OBJECT)
    return kinds + [_of_column(name) for name in columns.order_by("name").values_list("name", flat=True)]


def _of_kind(kind: OrderKind) -> dict:
    words = dict(kind.options)
    argument = f":{secrets.randbelow(1000)}" if kind.argument else ""  # only `random:<seed>` has one here
    return {
        "order": f"{next(iter(words), kind.name)}{argument}",
        "name": kind.title,
        "ascending": words.get(kind.name, ""),
        "descending": words.get(f"-{kind.name}", ""),
        "is_reversible": kind.is_reversible,
        "is_column": False,
    }


def _of_column(name: str) -> dict:
    return {
        "order": f"field:{name}",
        "name": name,
        "ascending": "",
        "descending": "",
        "is_reversible": True,
        "is_column": True,
    }


def title_of(order: Order) -> str:
    """What pages call it, without its direction."""
    if order.column:
        return order.column.name
    return order.ranking.title if order.ranking else kind_of(order).title


def turned(order: Order) -> str:
    """The same in the other direction; empty where there is none."""
    if not kind_of(order).is_reversible:
        return ""
    return order.name if order.is_descending else f"-{order.text}"


def kind_of(order: Order) -> OrderKind:
    return ORDERS[order.name.partition(":")[0]]
