"""Takes a chunk of objects to another project with all that `following.py` says comes along: by sets, or not at all."""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Field, GeneratedField

from annotations.samples.actions import take_turns
from annotations.samples.following import (
    AFTER,
    BEFORE,
    FOLLOWING,
    HOLDS,
    OBJECT,
    STAYING,
    Following,
    Staying,
    Transfer,
    in_target,
    in_target_if_moved,
)

LOCK = "SELECT id FROM samples_object WHERE project_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
NUMBERS = """
CREATE TEMPORARY TABLE moved_ids (kind text, old bigint, new bigint, PRIMARY KEY (kind, old)) ON COMMIT DROP
"""
NUMBER = """
INSERT INTO moved_ids (kind, old, new)
SELECT %(kind)s, old, CASE WHEN %(is_copy)s THEN nextval(pg_get_serial_sequence(%(table)s, 'id')) ELSE old END
FROM (SELECT old FROM ({numbers}) t (old) ORDER BY old) t
"""
OF_CHOSEN = "SELECT t.id FROM {table} t JOIN moved_ids v ON v.kind = '{kind}' AND v.old = t.{column}"
INSERT = """
INSERT INTO {table} ({columns}) SELECT {values} FROM {rows} t
JOIN moved_ids v ON v.kind = '{kind}' AND v.old = t.{via} WHERE NOT ({stays_if}) ORDER BY v.new
"""
UPDATE = """
UPDATE {table} t SET {columns} FROM moved_ids v WHERE v.kind = '{kind}' AND v.old = t.{via} AND NOT ({stays_if})
"""
REWRITE = """
WITH gone AS (DELETE FROM {table} t USING moved_ids d WHERE d.kind = '{kind}' AND d.old = t.{via} RETURNING t.*)
"""
REMOVE = (
    "DELETE FROM {table} t USING moved_ids v WHERE v.kind = 'object' AND v.old = t.object_id AND ({only_if})"
)


@transaction.atomic
def carry(*, transfer: Transfer, object_ids: Sequence[int]) -> int:
    """Moves those of the objects that are the source's, or copies them; gives how many.

    Who asked may, and nothing is in the way: the caller has seen to that. Raises ValidationError where it is by now.
    """
    take_turns(project=transfer.target)
    for hold in HOLDS:
        hold(transfer, object_ids)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [transfer.source.pk, list(object_ids)])
        ids = [object_id for (object_id,) in cursor.fetchall()]
        cursor.execute(NUMBERS)
        _number(cursor, transfer, "object", "samples_object", "SELECT unnest(%(ids)s::bigint[])", ids)
        cursor.execute("ANALYZE moved_ids")
    for step in BEFORE:
        step(transfer)
    for rows in _outermost_first():
        _follow(transfer, rows)
    if not transfer.is_copy:
        _remove(staying for staying in STAYING if staying.is_removed)
    for step in AFTER:
        step(transfer)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE moved_ids")
    return len(ids)


def _number(cursor, transfer: Transfer, kind: str, table: str, numbers: str, ids: Sequence[int] = ()) -> None:
    params = {"kind": kind, "table": table, "is_copy": transfer.is_copy, "ids": list(ids)}
    cursor.execute(NUMBER.format(numbers=numbers), params)


def _outermost_first() -> Iterator[Following]:
    """Objects, then what others name before these, whatever the order of the apps."""
    waiting = sorted(FOLLOWING, key=lambda rows: rows.via != ("id", OBJECT[1]))
    while waiting:
        pending = {rows.numbered for rows in waiting if rows.numbered}
        rows = next(rows for rows in waiting if not pending & _names(rows))
        waiting.remove(rows)
        yield rows


def _names(rows: Following) -> set[str]:
    """The kinds of other rows whose numbers in the target these need."""
    return {rows.via[1], *rows.refs.values()} - {rows.numbered}


def _follow(transfer: Transfer, rows: Following) -> None:
    table, (via, kind) = rows.model._meta.db_table, rows.via
    values = _values(transfer, rows)
    parts = {"table": table, "via": via, "kind": kind, "stays_if": rows.stays_if}
    with connection.cursor() as cursor:
        if rows.numbered:
            numbers = OF_CHOSEN.format(table=table, kind=kind, column=via)
            _number(cursor, transfer, rows.numbered, table, numbers)
        if transfer.is_copy or rows.is_rewritten:
            _insert(cursor, transfer, rows, values, parts)
        elif changed := {column: value for column, value in values.items() if value != f't."{column}"'}:
            columns = ", ".join(f'"{column}" = {value}' for column, value in changed.items() if column != via)
            if columns:
                cursor.execute(UPDATE.format(columns=columns, **parts), _projects(transfer))


def _insert(cursor, transfer: Transfer, rows: Following, values: dict[str, str], parts: dict) -> None:
    names = ", ".join(f'"{column}"' for column in values)
    statement = INSERT.format(
        columns=names,
        values=", ".join(values.values()),
        rows=parts["table"] if transfer.is_copy else "gone",
        **parts,
    )
    statement = statement if transfer.is_copy else REWRITE.format(**parts) + statement
    cursor.execute(statement, _projects(transfer))


def _projects(transfer: Transfer) -> dict[str, int]:
    """What computed columns may name."""
    return {"source": transfer.source.pk, "target": transfer.target.pk}


def _values(transfer: Transfer, rows: Following) -> dict[str, str]:
    """What each column of the rows becomes, in SQL over the row `t`, whose `via` names what `v` does."""
    values = {
        field.column: f't."{field.column}"'
        for field in rows.model._meta.concrete_fields
        if field.column
        and not isinstance(field, GeneratedField)
        and not _is_new_number(transfer, rows, field)
    }
    if "project_id" in values:
        values["project_id"] = "%(target)s"
    for column, kind in rows.refs.items():
        number = f't."{column}"'
        values[column] = in_target_if_moved(kind, number) if kind == "person" else in_target(kind, number)
    values.update({**rows.computed, **(rows.in_copies if transfer.is_copy else {})})
    if rows.numbered and "id" in values:
        values["id"] = in_target(rows.numbered, "t.id")
    return values | {rows.via[0]: "v.new"}


def _is_new_number(transfer: Transfer, rows: Following, field: Field) -> bool:
    """Whether a copy gets it from the sequence."""
    return transfer.is_copy and field.primary_key and field.column == "id" and not rows.numbered


def _remove(rows: Iterator[Staying]) -> None:
    with connection.cursor() as cursor:
        for staying in rows:
            table = staying.model._meta.db_table
            cursor.execute(REMOVE.format(table=table, only_if=staying.only_if))
