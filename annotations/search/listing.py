"""All conditions and orders in words: tables in Markdown, which the docs hold."""

from annotations.search.filter import TALLIED
from annotations.search.order import ORDERS
from annotations.search.registry import CONDITIONS


def conditions_table() -> str:
    """By name: what it finds, and an example. A * says that it may come several times."""
    parameters = sorted((*TALLIED, *CONDITIONS.values()), key=lambda parameter: parameter.name)
    return _table(
        ("condition", "finds", "example"),
        [
            (f"`{p.name}`{'*' if p.is_repeatable else ''}", p.help, f"`{p.name}={p.example}`")
            for p in parameters
        ],
    )


def orders_table() -> str:
    kinds = sorted(ORDERS.values(), key=lambda kind: kind.name)
    return _table(
        ("order", "sorts by", "turned round"),
        [(f"`{k.usage}`", k.help, f"`-{k.usage}`" if k.is_reversible else "no") for k in kinds],
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
