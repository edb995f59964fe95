"""The orders that every project has: by what an object's row holds, at random, by a free column."""

import zlib

from annotations.samples.models import FreeColumn
from annotations.search.columns import free_column
from annotations.search.order import Order, OrderKind, register_order

REAL = "double precision"
SHUFFLED = "hashint8(o.id)"  # PostgreSQL's hash of the id: as good as chance, always the same, and indexed


def _of_row(name: str, key: str, type: str, title: str, help: str, *options: tuple[str, str]) -> OrderKind:
    def build(text: str, argument: str, project_id: int) -> Order:
        return Order(text, key, type, text.startswith("-"))

    return OrderKind(name=name, title=title, help=help, build=build, options=options)


def _random(text: str, seed: str, project_id: int) -> Order:
    """Starts somewhere among the hashes, which are 32 bits with a sign."""
    pivot = zlib.crc32(seed.encode(errors="replace")) - 2**31
    return Order(text, SHUFFLED, "integer", pivot=pivot)


def _by_column(text: str, name: str, project_id: int) -> Order:
    column = free_column(name, project_id, "order")
    type = "text" if column.position is None else REAL
    return Order(text, "k.value", type, text.startswith("-"), column, _keys(column))


def _keys(column: FreeColumn) -> str:
    """Where the values of the column lie: packed, when it has been sorted by before; else in the wide rows."""
    if column.is_indexed:
        table = "samples_numberkey" if column.is_number else "samples_textkey"
        return f"(SELECT object_id, value FROM {table} WHERE column_id = {column.pk:d}) k"
    if column.position is not None:
        value = f'"values"[{column.position + 1:d}]'
    else:
        name = column.name.replace("'", "''").replace("%", "%%")
        value = f"left(texts ->> '{name}', 500)"
    wide = f"FROM samples_objectfields WHERE project_id = {column.project_id:d}"
    return f"(SELECT object_id, {value} AS value {wide}) k"


register_order(
    _of_row(
        "id",
        "o.id",
        "bigint",
        "arrival",
        "as they arrived",
        ("id", "earliest first"),
        ("-id", "latest first"),
    ),
    _of_row(
        "score",
        "o.score",
        REAL,
        "score",
        "the model's score",
        ("-score", "surest first"),
        ("score", "least sure first"),
    ),
    _of_row(
        "margin",
        "o.margin",
        REAL,
        "second choice",
        "how far the model's second choice is behind its first",
        ("margin", "closest second choice first"),
    ),
    _of_row(
        "entropy",
        "o.entropy",
        REAL,
        "entropy",
        "how undecided the model is between all taxa",
        ("-entropy", "most undecided first"),
    ),
    _of_row(
        "date",
        "o.taken_at",
        "timestamptz",
        "date",
        "when it was taken",
        ("date", "oldest first"),
        ("-date", "newest first"),
    ),
    _of_row(
        "depth",
        "o.depth_min",
        REAL,
        "depth",
        "how deep it was taken",
        ("depth", "shallowest first"),
        ("-depth", "deepest first"),
    ),
    OrderKind(
        name="random",
        title="at random",
        argument="<seed>",
        help="at random, the same for the same seed",
        build=_random,
        is_reversible=False,
    ),
    OrderKind(
        name="field",
        argument="<name of a free column>",
        help="the values of a free column",
        build=_by_column,
    ),
)
