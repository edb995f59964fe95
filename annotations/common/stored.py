"""A model's instance by SQL that is put together once.

A queryset becomes SQL anew each time, for 0.4 ms of a core: those of the person and of the project were half of what a
small request takes.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


@cache
def columns_of(model: type[models.Model], alias: str) -> str:
    """All columns of the model's table, as `instance_of` reads them, for a SELECT that calls the table `alias`."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in model._meta.concrete_fields)


def instance_of(model: type[M], values: Sequence[Any]) -> M:
    """The instance whose columns these are, as a queryset reads it."""
    read = list(values)
    for place, from_db_value in _converters(model):
        read[place] = from_db_value(read[place], None, connection)
    names, using = _names(model), connection.alias
    return model.from_db(using, names, read)


def by_number(model: type[M], number: int) -> M | None:
    """The row of this id."""
    with connection.cursor() as cursor:
        cursor.execute(_by_number(model), [number])
        row = cursor.fetchone()
    return instance_of(model, row) if row else None


@cache
def _by_number(model: type[models.Model]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    return f"SELECT {columns_of(model, 'row')} FROM {table} row WHERE row.id = %s"


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _converters(model: type[models.Model]) -> list[tuple[int, Any]]:
    """(place among the columns, function) of fields that don't take a value as psycopg reads it: JSON."""
    fields = enumerate(model._meta.concrete_fields)
    return [(place, field.from_db_value) for place, field in fields if hasattr(field, "from_db_value")]
