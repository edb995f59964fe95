"""Pages of objects that match a filter, how many match, and the filters that people saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.common.stored import columns_of, instance_of
from annotations.labels.tally import project_counts
from annotations.samples.models import State
from annotations.search.filter import NO_TAXON, Filter
from annotations.search.indexing import note_sort
from annotations.search.models import SavedView
from annotations.search.order import Order, parse_order
from annotations.search.paging import Hit, find_page
from annotations.search.rows import rows
from annotations.taxonomy.queries import names_of

MOST_A_PAGE = 1000


@dataclass
class Page:
    objects: list[dict]
    next: str | None  # cursor of the next page


def page(
    project_id: int,
    criteria: Filter,
    order: str | None = "id",
    limit: int = 200,
    cursor: str | None = None,
    columns: Sequence[str] | None = None,
    *,
    is_for_json: bool = False,
) -> Page:
    """One page of objects in the API's shape, with free columns as `rows` has them. Raises ValidationError for a bad
    order or cursor, and for an unknown column."""
    ids, following = page_of_ids(project_id, criteria, order, limit, cursor)
    return Page(rows(project_id, ids, columns, is_for_json=is_for_json), following)


def page_of_ids(
    project_id: int, criteria: Filter, order: str | None, limit: int, cursor: str | None
) -> tuple[list[int], str | None]:
    """The numbers of a page of objects, and the cursor of the next one. Raises ValidationError as `page` does."""
    began = Cursor.decode(cursor, order or "id").state if cursor else 0
    sorting = parse_order(order, project_id, began)
    limit = max(1, min(limit, MOST_A_PAGE))
    start = _start(cursor, sorting) if cursor else None
    note_sort(sorting)
    hits = find_page(project_id, criteria, sorting, limit + 1, start)
    following = _next_cursor(hits[limit - 1], sorting) if len(hits) > limit else None
    return [hit.id for hit in hits[:limit]], following


def _start(cursor: str, order: Order) -> Cursor:
    """Where the page before ended. Raises ValidationError where PostgreSQL would choke on the key."""
    start = Cursor.decode(cursor, order.text)
    if not (abs(start.id) < 2**63 and (start.key is None or _is_key(start.key, order))):
        raise ValidationError("`cursor` is damaged: start again without it.")
    return start


def _is_key(key: float | str | int, order: Order) -> bool:
    if order.type == "double precision":
        return isinstance(key, int | float)
    if order.type in ("bigint", "integer"):
        return isinstance(key, int) and abs(key) < 2 ** (63 if order.type == "bigint" else 31)
    if not isinstance(key, str) or "\0" in key:
        return False
    return order.type != "timestamptz" or _moment(key) is not None


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _next_cursor(last: Hit, order: Order) -> str:
    key = last.key.isoformat() if isinstance(last.key, datetime) else last.key
    return Cursor(order.text, key, last.id, order.state).encode()


def counts(project_id: int, criteria: Filter) -> list[dict]:
    """How many objects match, per taxon and state: [{taxon: {id, name} or None, state, count}]."""
    groups = raw_counts(project_id, criteria)
    names = names_of({taxon for taxon, _, _ in groups if taxon is not None})
    return [
        {
            "taxon": None if taxon is None else {"id": taxon, "name": names[taxon]},
            "state": State(state).word,
            "count": count,
        }
        for taxon, state, count in sorted(groups, key=lambda row: (names.get(row[0] or 0, ""), row[1]))
    ]


def raw_counts(project_id: int, criteria: Filter) -> list[tuple[int | None, str, int]]:
    """(taxon id, state letter, number of objects) of all that match."""
    return _tallied(project_id, criteria) if criteria.is_tallied else _counted(project_id, criteria)


def _tallied(project_id: int, criteria: Filter) -> list[tuple[int | None, str, int]]:
    taxa = {None if taxon == NO_TAXON else taxon for taxon in (*criteria.taxa, *criteria.taxon)}
    states = {state.value for state in criteria.state}
    return [
        (taxon, state, count)
        for taxon, state, count in project_counts(project_id, list(criteria.sample) or None)
        if (not criteria.taxon or taxon in taxa) and (not states or state in states)
    ]


def _counted(project_id: int, criteria: Filter) -> list[tuple[int | None, str, int]]:
    condition, params = criteria.narrowed(project_id).where(project_id)
    with connection.cursor() as db:
        db.execute(
            f"SELECT o.taxon_id, o.state, count(*) FROM samples_object o WHERE o.project_id = %s AND {condition} "
            "GROUP BY 1, 2",
            [project_id, *params],
        )
        return db.fetchall()


def views_of(project_id: int, user: User) -> QuerySet[SavedView]:
    """The saved views that a person sees in the project: their own, and the shared ones."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), project=project_id).select_related(
        "owner"
    )


def views_listed(project_id: int, user: User) -> list[SavedView]:
    """All of `views_of`, for pages that list them."""
    with connection.cursor() as db:
        db.execute(_views(), [project_id, user.pk])
        rows = db.fetchall()
    width = len(SavedView._meta.concrete_fields)
    views = [instance_of(SavedView, row[:width]) for row in rows]
    for view, row in zip(views, rows, strict=True):
        view.owner = instance_of(User, row[width:])
    return views


@cache
def _views() -> str:
    return f"""SELECT {columns_of(SavedView, "v")}, {columns_of(User, "u")}
FROM search_savedview v JOIN accounts_user u ON u.id = v.owner_id
WHERE v.project_id = %s AND (v.owner_id = %s OR v.is_shared) ORDER BY v.name"""
