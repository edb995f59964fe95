"""Finds the ids of a page without looking at more of a project than it must.

Three ways, all keyset. Rows without a sort key come after all that have one, whichever the direction.

* *merge*: the filter is about taxa and states, the order is arrival or score. The tally names the few (taxon, state)
  that hold matching objects; the first rows of each come from an index and are merged.
* *gather*: few objects match (as the tally says): take them all, sort them.
* *walk*: many match: follow the index of the order and drop what doesn't.
"""

from dataclasses import dataclass
from math import sqrt

from django.db import connection

from annotations.common.keyset import Cursor
from annotations.gallery.filter import NO_TAXON, Filter
from annotations.gallery.order import Order
from annotations.labels.tally import project_counts

MOST_PAIRS = 400
MERGED_ORDERS = {"id", "score"}


@dataclass(frozen=True)
class Found:
    id: int
    key: float | str | int | None


def find_page(
    project_id: int, wanted: Filter, order: Order, limit: int, cursor: Cursor | None
) -> list[Found]:
    """Up to `limit` objects after the cursor, in order."""
    search = _Search(project_id, wanted, order)
    if order.name == "id":
        return search.rows(limit, cursor, keyed=True)
    found = [] if cursor and cursor.key is None else search.rows(limit, cursor, keyed=True)
    if len(found) < limit:
        rest = cursor if cursor and cursor.key is None else None
        found += search.rows(limit - len(found), rest, keyed=False)
    return found


class _Search:
    def __init__(self, project_id: int, wanted: Filter, order: Order):
        self.project_id = project_id
        self.wanted = wanted
        self.order = order
        self.pairs, self.matching, self.total = self._look_up_tally()

    def rows(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Found]:
        is_filtered = bool(self.wanted.taxon or self.wanted.state)
        if is_filtered and not self.pairs:
            return []
        mergeable = is_filtered and not self.wanted.sample and self.order.name in MERGED_ORDERS
        if mergeable and len(self.pairs) <= MOST_PAIRS:
            return self._merge(limit, cursor, keyed)
        return self._select(limit, cursor, keyed)

    def _look_up_tally(self) -> tuple[list[tuple[int | None, str]], int, int]:
        counts = project_counts(self.project_id, list(self.wanted.sample) or None)
        taxa, states = set(self.wanted.taxa), {state.value for state in self.wanted.state}
        with_bare = NO_TAXON in self.wanted.taxon
        pairs = [
            (taxon, state, count)
            for taxon, state, count in counts
            if (not self.wanted.taxon or taxon in taxa or (taxon is None and with_bare))
            and (not states or state in states)
        ]
        return [(t, s) for t, s, _ in pairs], sum(n for *_, n in pairs), sum(n for *_, n in counts)

    def _merge(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Found]:
        start, start_params = self._start(cursor, keyed)
        more = self.wanted.beyond_tally()
        conditions = " AND ".join([start, *(text for text, _ in more)])
        params = [*start_params, *(p for _, ps in more for p in ps)]
        branches, branch_params = [], []
        for taxa, bare in ((("taxon_id = pair.taxon"), False), (("taxon_id IS NULL"), True)):
            pairs = [(taxon, state) for taxon, state in self.pairs if (taxon is None) == bare]
            if pairs:
                branches.append(MERGE.format(taxon=taxa, conditions=conditions, **self._sorting(keyed)))
                branch_params += [
                    [t for t, _ in pairs],
                    [s for _, s in pairs],
                    self.project_id,
                    *params,
                    limit,
                ]
        sql = f"SELECT id, key FROM ({' UNION ALL '.join(branches)}) found ORDER BY {self._outer(keyed)} LIMIT %s"
        return self._run(sql, [*branch_params, limit])

    def _select(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Found]:
        start, start_params = self._start(cursor, keyed)
        condition, params = self.wanted.where()
        wide = "JOIN samples_objectfields w ON w.object_id = o.id AND w.project_id = o.project_id"
        # MATERIALIZED: PostgreSQL would else follow the order's index in the hope of meeting a match soon
        gather = self.matching < sqrt(limit * max(self.total, 1)) and not self.order.column
        sql = (GATHER if gather else WALK).format(
            wide=wide if self.order.column else "",
            condition=f"{condition} AND {start}",
            outer=self._outer(keyed),
            **self._sorting(keyed),
        )
        scope = [self.project_id] if not self.order.column else [self.project_id, self.project_id]
        sql = sql.replace("__SCOPE__", "AND w.project_id = %s" if self.order.column else "")
        return self._run(sql, [*scope, *params, *start_params, limit])

    def _start(self, cursor: Cursor | None, keyed: bool) -> tuple[str, list]:
        """The condition for the rows after the cursor."""
        key, after = self.order.key, self.order.after
        if self.order.name == "id":
            return (f"o.id {after} %s", [cursor.id]) if cursor else ("TRUE", [])
        if not keyed:
            return (f"{key} IS NULL AND o.id {after} %s", [cursor.id]) if cursor else (f"{key} IS NULL", [])
        if cursor is None:
            return f"{key} IS NOT NULL", []
        row_id = "w.object_id" if self.order.column else "o.id"
        return f"({key}, {row_id}) {after} (%s::{self.order.type}, %s)", [cursor.key, cursor.id]

    def _sorting(self, keyed: bool) -> dict[str, str]:
        direction = self.order.direction
        row_id = "w.object_id" if self.order.column else "o.id"
        key = self.order.key if keyed else f"NULL::{self.order.type}"
        sort = f"{row_id} {direction}"
        if keyed and self.order.name != "id":
            sort = f"{self.order.key} {direction}, {sort}"
        return {"key": key, "sort": sort}

    def _outer(self, keyed: bool) -> str:
        direction = self.order.direction
        return f"key {direction}, id {direction}" if keyed else f"id {direction}"

    def _run(self, sql: str, params: list) -> list[Found]:
        with connection.cursor() as db:
            db.execute(sql, params)
            return [Found(row_id, key) for row_id, key in db.fetchall()]


MERGE = """
SELECT part.id, part.key FROM unnest(%s::bigint[], %s::text[]) AS pair (taxon, state), LATERAL (
    SELECT o.id, {key} AS key FROM samples_object o
    WHERE o.project_id = %s AND o.{taxon} AND o.state = pair.state AND {conditions}
    ORDER BY {sort} LIMIT %s
) part"""

WALK = """
SELECT o.id, {key} AS key FROM samples_object o {wide}
WHERE o.project_id = %s __SCOPE__ AND {condition} ORDER BY {sort} LIMIT %s"""

GATHER = """
WITH matching AS MATERIALIZED (
    SELECT o.id, {key} AS key FROM samples_object o {wide} WHERE o.project_id = %s __SCOPE__ AND {condition}
)
SELECT id, key FROM matching ORDER BY {outer} LIMIT %s"""
