"""The rows of acquisitions, processes and objects, a page at a time, objects as the bench has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from annotations.common.keyset import Cursor
from annotations.metadata.levels import Level
from annotations.metadata.matching import OBJECT
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn
from annotations.samples.naming import readable_id
from annotations.search.filter import Filter
from annotations.search.queries import page_of_ids

A_PAGE = 50
A_BATCH = 1000  # rows of a table that is downloaded


@dataclass(frozen=True)
class RowQuery:
    """Which rows are listed: acquisitions whose id, sample or instrument holds `q`, objects that match `criteria`."""

    criteria: Filter
    q: str = ""
    order: str = "id"
    cursor: str = ""


def row_page(
    project: Project, level: Level, query: RowQuery, limit: int = A_PAGE
) -> tuple[list[int], str | None]:
    """The numbers of a page of rows, and the cursor of the next one. Raises ValidationError for a wrong cursor."""
    if level.key == OBJECT:
        return page_of_ids(project.pk, query.criteria, query.order, limit, query.cursor or None)
    rows = Acquisition.objects.filter(sample__project=project, pk__gt=_after(query))
    if query.q:
        text = query.q.replace("\0", "")
        rows = rows.filter(
            Q(original_id__icontains=text)
            | Q(sample__original_id__icontains=text)
            | Q(instrument__icontains=text)
        )
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: limit + 1])
    following = Cursor("id", None, ids[limit - 1]).encode() if len(ids) > limit else None
    return ids[:limit], following


def _after(query: RowQuery) -> int:
    return Cursor.decode(query.cursor, "id").id if query.cursor else 0


def matching_rows(project: Project, level: Level, q: str) -> list[int]:
    """All acquisitions that hold `q`."""
    return [pk for ids in all_batches(project, level, RowQuery(Filter(), q)) for pk in ids]


def all_batches(project: Project, level: Level, query: RowQuery) -> Iterator[list[int]]:
    cursor: str | None = ""
    while cursor is not None:
        following = RowQuery(query.criteria, query.q, query.order, cursor)
        ids, cursor = row_page(project, level, following, A_BATCH)
        yield ids


def with_parents(level: Level, rows: list[dict]) -> list[dict]:
    """Acquisitions with the name of their `sample`, and the `source` of the size of their pixels."""
    if level.key != FreeColumn.Level.ACQUISITION:
        return rows
    acquisitions = Acquisition.objects.filter(pk__in=[row["id"] for row in rows])
    about = {
        pk: {"sample": readable_id(sample), "source": source}
        for pk, sample, source in acquisitions.values_list("pk", "sample__original_id", "pixel_source")
    }
    return [row | about[row["id"]] for row in rows]
