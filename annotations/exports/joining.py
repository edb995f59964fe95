"""Cells of several columns that PostgreSQL writes as one, with BETWEEN between them.

It goes through an array from its beginning for each element that is asked for: a hundred numbers at once cost a third
of a hundred columns. And it writes a day and its time together at half the cost.
"""

from annotations.exports.columns import DAYS_AND_TIMES, TableColumn

BETWEEN = "\x1f"


def joined(columns: list[TableColumn]) -> list[TableColumn]:
    """The numbers of an object as one cell where they are the whole of its array in its order, and days with times."""
    together = _with_numbers(columns)
    for (day, time), sql in DAYS_AND_TIMES.items():
        names = [column.name for column in together]
        if day in names and names[names.index(day) + 1 :][:1] == [time]:
            place = names.index(day)
            together[place : place + 2] = [TableColumn(day, "t", sql.format(between=BETWEEN))]
    return together


def _with_numbers(columns: list[TableColumn]) -> list[TableColumn]:
    numbers = [column for column in columns if column.sql.startswith("w.numbers[")]
    start = columns.index(numbers[0]) if numbers else 0
    in_order = [f"w.numbers[{place}]" for place in range(1, len(numbers) + 1)]
    if len(numbers) < 2 or [column.sql for column in columns[start : start + len(numbers)]] != in_order:
        return list(columns)
    missing = f"repeat('{BETWEEN}', {len(numbers)} - GREATEST(cardinality(w.numbers), 1))"
    together = TableColumn("numbers", "f", f"array_to_string(w.numbers, '{BETWEEN}', '') || {missing}")
    return [*columns[:start], together, *columns[start + len(numbers) :]]
