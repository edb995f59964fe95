"""What a filter can ask about free columns: `area>=1200`, `object_lens=A4`, `note~eggs`."""

import re

from django.core.exceptions import ValidationError

from annotations.samples.models import FreeColumn
from annotations.search.columns import free_column
from annotations.search.fields import FREE_COLUMNS, Comparisons, FormField
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import SIGNS, Comparison, comparison, number

# Correlated, so that PostgreSQL may look up one object after the other, or all at once
KEY = "SELECT FROM {table} c WHERE c.column_id = {column:d} AND c.object_id = o.id AND c.value {operator} %s"
WIDE = "SELECT FROM samples_objectfields w WHERE w.object_id = o.id AND {key} {operator} %s"


def _columns_sql(values: list[Comparison], project_id: int) -> Sql:
    """Columns that keep sort keys answer from these, others from the wide rows."""
    conditions, params = [], []
    for name, operator, text in values:
        column = free_column(name, project_id, "field")
        condition, more = _comparison_sql(column, operator, text)
        conditions.append(condition)
        params += more
    return " AND ".join(conditions), params


def _comparison_sql(column: FreeColumn, operator: str, text: str) -> Sql:
    value: float | str = text
    if column.is_number:
        if operator == "~":
            raise ValidationError(f"{column.name} is a number: compare it with =, !=, <, <=, > or >=.")
        value = number(text, column.name)
    elif operator == "~":
        operator, value = "ILIKE", f"%{_escaped(text)}%"
    sql = "<>" if operator == "!=" else operator
    if column.is_indexed:
        table = "samples_numberkey" if column.is_number else "samples_textkey"
        return f"EXISTS ({KEY.format(table=table, column=column.pk, operator=sql)})", [value]
    if column.position is not None:
        key = f'w."values"[{column.position + 1:d}]'
        return f"EXISTS ({WIDE.format(key=key, operator=sql)})", [value]
    return f"EXISTS ({WIDE.format(key='(w.texts ->> %s)', operator=sql)})", [column.name, value]


def _escaped(text: str) -> str:
    """Taken literally by LIKE."""
    return re.sub(r"([%_\\])", r"\\\1", text)


def _sentence(values: list[Comparison]) -> str:
    return ", ".join(f"{name} {SIGNS.get(operator, operator)} {text}" for name, operator, text in values)


def bounds_on(column: FreeColumn, values: list[Comparison]) -> list[tuple[str, float | str]]:
    """What is asked of this column itself, as (operator, value): whoever walks along it may skip the rest."""
    return [
        (operator, number(text, name) if column.is_number else text)
        for name, operator, text in values
        if name == column.name and operator in (">", ">=", "<", "<=", "=")
    ]


register(
    Condition(
        name="field",
        help="a comparison with a free column: = != < <= > >= and a number, or ~ and a part of a text; all must hold",
        example="area>=100",
        read=comparison,
        sql=_columns_sql,
        sentence=_sentence,
        is_repeatable=True,
        field=FormField(
            FREE_COLUMNS,
            "all of",
            Comparisons(
                options="columns",
                placeholder="area>=100",
                hint="A column, then = != < <= > >= and a number, or ~ and a part of a text.",
            ),
        ),
    ),
)
