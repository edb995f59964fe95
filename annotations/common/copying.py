"""PostgreSQL's COPY, which takes rows ten times as fast as INSERT."""

from collections.abc import Iterable

from django.db import connection


def copy_rows(table: str, columns: str, rows: Iterable[tuple]) -> None:
    """Appends rows to a table. `rows` must not ask the database while it is read: COPY holds the connection."""
    copying = f"COPY {table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)
