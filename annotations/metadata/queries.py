"""The table of samples: searched, sorted, a page at a time; and the corrections of a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from annotations.common.keyset import Cursor
from annotations.metadata.columns import FIELD, CorrectableColumn, moment_text, number_text
from annotations.metadata.models import CorrectedValue, Correction
from annotations.projects.models import Project
from annotations.samples.naming import readable_id
from annotations.samples.updating import Moment

A_PAGE = 50
SHOWN_VALUES = 200  # of a correction
FREE_SHOWN = 6  # columns, unless somebody chooses
# (number, text) by which the samples stand; what is empty comes last both ways
ORDERS = {
    "name": ("0", "s.original_id"),
    "latitude": ("s.latitude", "''"),
    "longitude": ("s.longitude", "''"),
    "taken_at": ("extract(epoch FROM e.taken_first)", "''"),
    "depth_min": ("e.top", "''"),
    "depth_max": ("e.bottom", "''"),
    "objects": ("coalesce(t.objects, 0)", "''"),
    "validated": ("coalesce(t.validated / nullif(t.objects, 0)::float8, 0)", "''"),
}
FREE_NUMBER = """
CASE WHEN s.fields ->> %(field)s ~ '^[+-]?[0-9]{1,15}([.][0-9]{0,15})?$' THEN (s.fields ->> %(field)s)::float8
     WHEN s.fields ->> %(field)s <> '' THEN 1e300 END
"""
FREE_TEXT = "coalesce(s.fields ->> %(field)s, '')"
SEARCH = """AND (s.original_id ILIKE %(like)s
                 OR EXISTS (SELECT FROM jsonb_each_text(s.fields) f WHERE f.value ILIKE %(like)s))"""
LISTED = """
WITH t AS (
    SELECT sample_id, sum(count)::bigint AS objects,
           coalesce(sum(count) FILTER (WHERE state = 'V'), 0)::bigint AS validated
    FROM labels_tally WHERE project_id = %(project)s GROUP BY 1
), listed AS (
    SELECT s.id, s.original_id, s.latitude, s.longitude, s.fields,
           e.hours, e.taken_first, e.taken_last, e.top, e.bottom, e.south, e.north, e.west, e.east,
           coalesce(t.objects, 0) AS objects, coalesce(t.validated, 0) AS validated,
           coalesce({number}::float8, '{empty}') AS number, {text} AS text
    FROM samples_sample s LEFT JOIN samples_extent e ON e.sample_id = s.id LEFT JOIN t ON t.sample_id = s.id
    WHERE s.project_id = %(project)s {search}
)
SELECT id, original_id, latitude, longitude, fields, hours, taken_first, taken_last, top, bottom,
       south, north, west, east,
       objects, validated, (SELECT count(*) FROM samples_acquisition a WHERE a.sample_id = l.id) AS acquisitions
FROM listed l
WHERE {where} ORDER BY number {way}, text {way}, id {way} {limit}
"""
BEHIND = "(number, text, id) {sign} (SELECT b.number, b.text, b.id FROM listed b WHERE b.id = %(after)s)"


@dataclass(frozen=True)
class SampleTableQuery:
    """What of the samples is listed, and how: `order` is the key of a column, with a minus the other way round."""

    q: str = ""
    order: str = "name"
    cursor: str = ""

    @property
    def key(self) -> str:
        return self.order.removeprefix("-")

    @property
    def is_downwards(self) -> bool:
        return self.order.startswith("-")


def sample_page(project: Project, query: SampleTableQuery) -> tuple[list[dict], str | None]:
    """A page of samples, and the cursor of the next one. Raises ValidationError for a cursor of another order."""
    after = Cursor.decode(query.cursor, query.order).id if query.cursor else None
    rows = list(_rows(project, query, after=after, limit=A_PAGE + 1))
    more = len(rows) > A_PAGE
    return rows[:A_PAGE], Cursor(query.order, None, rows[A_PAGE - 1]["id"]).encode() if more else None


def sample_row(project: Project, sample_id: int) -> dict:
    """One sample, as the table shows it."""
    (row,) = _rows(project, SampleTableQuery(), only=sample_id)
    return row


def all_rows(project: Project, query: SampleTableQuery) -> Iterator[dict]:
    return _rows(project, query)


def matching_ids(project: Project, q: str) -> list[int]:
    return [row["id"] for row in _rows(project, SampleTableQuery(q=q))]


def _rows(
    project: Project,
    query: SampleTableQuery,
    *,
    after: int | None = None,
    only: int | None = None,
    limit: int | None = None,
) -> Iterator[dict]:
    params: dict[str, Any] = {
        "project": project.pk,
        "field": query.key.removeprefix(FIELD),
        "after": after,
        "only": only,
    }
    params |= {"limit": limit, "like": f"%{_literal(query.q)}%"}
    with connection.cursor() as cursor:
        cursor.execute(_sql(query, after, only, limit), params)
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    return (_row(dict(zip(names, row, strict=True))) for row in rows)


def _sql(query: SampleTableQuery, after: int | None, only: int | None, limit: int | None) -> str:
    number, text = (FREE_NUMBER, FREE_TEXT) if query.key.startswith(FIELD) else ORDERS[query.key]
    down = query.is_downwards
    conditions = [BEHIND.format(sign="<" if down else ">")] if after is not None else []
    conditions += ["id = %(only)s"] if only is not None else []
    return LISTED.format(
        number=f"({number})",
        text=text,
        empty="-Infinity" if down else "Infinity",
        search=SEARCH if query.q else "",
        where=" AND ".join(conditions) or "TRUE",
        way="DESC" if down else "ASC",
        limit="LIMIT %(limit)s" if limit else "",
    )


def _literal(text: str) -> str:
    """As LIKE takes it."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(row: dict) -> dict:
    """With `values`, the text of each column by its key."""
    has_time = bool(row["hours"])
    first, last = (moment_text(Moment(row[end], has_time)) for end in ("taken_first", "taken_last"))
    values = {f"{FIELD}{name}": str(value) for name, value in orjson.loads(row["fields"]).items()}
    numbers = {
        "latitude": row["north"] if row["south"] == row["north"] is not None else row["latitude"],
        "longitude": row["east"] if row["west"] == row["east"] is not None else row["longitude"],
        "depth_min": row["top"],
        "depth_max": row["bottom"],
    }
    values |= {
        "name": row["original_id"],
        "taken_at": first,
        **{k: number_text(v) for k, v in numbers.items()},
    }
    return {
        "id": row["id"],
        "name": readable_id(row["original_id"]),
        "values": values,
        "taken_last": last if last != first else "",
        "objects": row["objects"],
        "validated": row["validated"],
        "share": 100 * row["validated"] / row["objects"] if row["objects"] else None,
        "acquisitions": row["acquisitions"],
    }


def check_order(order: str, columns: dict[str, CorrectableColumn]) -> str:
    """Raises ValidationError for what the table can't be sorted by."""
    key = order.removeprefix("-")
    if key in ORDERS or (key.startswith(FIELD) and key in columns):
        return order
    raise ValidationError(f"The table has no column {key!r} to sort by: choose one of its headings.")


def corrections_of(project: Project) -> QuerySet[Correction]:
    """Those that were applied, with who did them."""
    applied = Correction.objects.filter(project=project, applied__isnull=False)
    return applied.select_related("user", "undone_by", "undoes", "job")


def values_of(correction: Correction) -> QuerySet[CorrectedValue]:
    """The first ones, by row."""
    return correction.values.order_by("row_id", "id")[:SHOWN_VALUES]
