"""Larger pictures that come along when objects go to another project, with the rows that stand beside them."""

from django.db import connection

from annotations.samples.following import BESIDE_PARENTS, FOLLOWING, OBJECT, Following

PICTURE = "file_name, key, width, height, original_key, origin, window_low, window_high"
NAMED_BY = """
SELECT t.{column} FROM {table} t JOIN moved_ids m ON m.kind = 'object' AND m.old = t.object_id
"""
# of each column of a row beside: its number is that of the picture
BESIDE = """
INSERT INTO {table} (parent_id, {columns}) SELECT p.new, {values} FROM {table} t
JOIN ({pairs}) p (old, new) ON p.old = t.parent_id
WHERE p.new <> p.old ON CONFLICT (parent_id) DO NOTHING
"""


def parents_used() -> str:
    """SQL: the larger pictures that rows of the moved objects name."""
    return " UNION ".join(
        NAMED_BY.format(table=rows.model._meta.db_table, column=column)
        for rows in FOLLOWING
        for column in _columns_of_parents(rows)
    )


def _columns_of_parents(rows: Following) -> list[str]:
    return [column for column, kind in rows.refs.items() if kind == "parent" and rows.via == OBJECT]


def copy_beside(pairs: str, params: list) -> None:
    """What stands beside larger pictures, for those that have come: `pairs` is SQL of their numbers, old and new."""
    with connection.cursor() as cursor:
        for model in BESIDE_PARENTS:
            fields = [field.column for field in model._meta.concrete_fields if not field.primary_key]
            parts = {"table": model._meta.db_table, "pairs": pairs}
            columns = ", ".join(f'"{column}"' for column in fields)
            values = ", ".join(f't."{column}"' for column in fields)
            cursor.execute(BESIDE.format(columns=columns, values=values, **parts), params)


def remove_beside(condition: str, params: list) -> None:
    """What stands beside larger pictures `p` of which the SQL is true."""
    with connection.cursor() as cursor:
        for model in BESIDE_PARENTS:
            cursor.execute(
                f"DELETE FROM {model._meta.db_table} t USING samples_parentimage p WHERE p.id = t.parent_id "
                f"AND {condition}",
                params,
            )
