"""Finds the ids of a page without looking at more of a project than it must. All of it is keyset.

* *merge*: the filter is about taxa and states, the order is arrival, score or date. The tally names the few (taxon,
  state) that hold matching objects; the first rows of each come from an index and are merged.
* *gather*: take all that match, and sort them.
* *walk*: follow the index of the order and drop what doesn't match.

A random order is that of a hash of the ids, from a point that the seed chooses, round to the same point.

By a ranking (similarity to objects), see `ranked`.

The tally says how many objects match, so what gathering and walking cost can be compared beforehand. Where it can't
say, a few thousand rows in order are looked at first: they often fill the page, or tell how far one would have to walk.
Only where few match is it counted how many. Rows without a sort key come after all that have one, whichever the
direction.
"""

from collections.abc import Iterator
from functools import cached_property

from django.db import connection

from annotations.common.keyset import Cursor
from annotations.labels.tally import project_counts
from annotations.samples.models import State
from annotations.search.conditions.columns import bounds_on
from annotations.search.filter import NO_TAXON, Filter
from annotations.search.id_ranges import IdRange, id_ranges_of, next_id
from annotations.search.order import Order
from annotations.search.page_statements import (
    COUNT_TO,
    GATHER,
    KEYS_ALL,
    KEYS_GATHER,
    KEYS_HASH,
    KEYS_PROBE,
    LOOK_AT,
    LOOK_AT_KEYS,
    MERGE,
    ROW_BY_ROW,
    WALK,
)
from annotations.search.ranked import Hit, Matches, RankedSearch
from annotations.search.registry import PROBED

MOST_PAIRS = 400
MERGED_ORDERS = {"id", "score", "date"}
SPARSE_ORDERS = {
    "score",
    "margin",
    "entropy",
}  # their indexes hold what has a key; the rest is in order of arrival
SCORE_BOUNDS = {"score_min", "score_max"}
BY_MODELS = (State.PREDICTED, State.MACHINE_VALIDATED)  # of these the index of the review holds all

# Microseconds a row, measured with `make bench`'s project in the cache. What people sort by often goes with what they
# filter (eggs are small), so that a walk meets its matches late: it counts as three times as long as by chance.
GATHER_ROW, GATHER_KEY, HASH_ROW, WALK_KEY, PROBE_ROW, LATE = 1.0, 1.5, 0.3, 0.2, 2.5, 3.0
GATHER_WIDE, READ_ROW = 4.0, 1.0  # where the keys have no table of their own: rows a kilobyte wide
ALL = 10**12  # objects, more than anybody has
MOST_GATHERED = 20_000  # how far objects are counted where the tally can't say
FIRST_LOOK, MOST_LOOKED_AT = 4_000, 200_000  # rows in order, where the tally can't say
FEW = 4  # matches; with fewer, a look says nothing of how far to walk


def find_page(
    project_id: int, criteria: Filter, order: Order, limit: int, cursor: Cursor | None
) -> list[Hit]:
    """Up to `limit` objects after the cursor, in order."""
    search = _Search(project_id, criteria, order)
    if order.name == "id":
        return search.rows(limit, cursor, keyed=True)
    is_late = cursor is not None and order.is_late(cursor.key)
    rows = [] if is_late else search.rows(limit, cursor, keyed=True)
    if len(rows) < limit:
        rest = cursor if is_late else None
        rows += search.rows(limit - len(rows), rest, keyed=False)
    return rows


class _Search:
    def __init__(self, project_id: int, criteria: Filter, order: Order):
        self.project_id = project_id
        self.criteria = criteria = criteria.narrowed(project_id)
        self.order = order
        self.pairs: list[tuple[int | None, str]] = []
        if criteria == Filter() and order.ranking is None:
            self.possible = self.total = ALL  # nothing to weigh up, so nothing to look up
            return
        self.pairs, self.possible, self.total = self._look_up_tally()

    @cached_property
    def ranked(self) -> RankedSearch | None:
        ranking = self.order.ranking
        if ranking is None:
            return None
        return RankedSearch(self.project_id, ranking, self._where(), self.total, self._how_many)

    def _how_many(self) -> Matches:
        if not self.matching:
            return Matches.NONE
        return Matches.MANY if self.matching > MOST_GATHERED else Matches.FEW

    @cached_property
    def matching(self) -> int:
        """How many objects match; where they are many, how many may."""
        if not self.possible or self.criteria.is_tallied:
            return self.possible
        counted = self._count_to(MOST_GATHERED)
        return counted if counted < MOST_GATHERED else self.possible

    def rows(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        if not self.possible or not (keyed or self._may_lack_keys()):
            return []
        if self._is_worth_a_look():
            rows = self._look_ahead(limit, cursor, keyed)
            if len(rows) == limit:
                return rows
        if self.ranked:
            return self.ranked.rows(limit, cursor, keyed)
        if not self.matching:
            return []
        if self._is_mergeable():
            return self._merge(limit, cursor, keyed)
        return self._select(limit, cursor, keyed)

    def _may_lack_keys(self) -> bool:
        """Whether a match may have no key: what is within bounds of a score has one."""
        return self.order.name != "score" or not {c.name for c in self.criteria.conditions} & SCORE_BOUNDS

    def _is_worth_a_look(self) -> bool:
        """Whether counting may cost much, and looking does not: the order has an index."""
        column = self.order.column
        has_index = self.order.ranking is None and (column is None or column.is_indexed)
        return has_index and not self.criteria.is_tallied and self.total > FIRST_LOOK

    def _look_ahead(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        """The matches among the next rows in order, if need be among as many as a page is likely to take."""
        looked = FIRST_LOOK
        rows = self._look_at(looked, limit, cursor, keyed)
        if FEW <= len(rows) < limit:
            looked = int(LATE * looked * limit / len(rows))
            rows = self._look_farther(rows, looked, limit, cursor, keyed)
        if FEW <= len(rows) < limit and looked <= MOST_LOOKED_AT and self._counts_slowly():
            looked += int(LATE * looked * (limit - len(rows)) / len(rows))
            rows = self._look_farther(rows, looked, limit, cursor, keyed)
        return rows

    def _look_farther(
        self, rows: list[Hit], most: int, limit: int, cursor: Cursor | None, keyed: bool
    ) -> list[Hit]:
        """The matches among so many next rows; where that is too far, those that are known."""
        return self._look_at(most, limit, cursor, keyed) if most <= MOST_LOOKED_AT else rows

    def _counts_slowly(self) -> bool:
        """Whether who counts joins a large table. Matches that come in clusters, as those of one night do, are then
        looked for once more."""
        return PROBED in self._where()[0]

    def _look_at(self, most: int, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        start, start_params = self._start_along(cursor, keyed)
        condition, params = self._where()
        statement = LOOK_AT_KEYS if self.order.column else LOOK_AT
        condition = condition.replace(PROBED, ROW_BY_ROW)
        sql = statement.format(start=start, condition=condition, keys=self.order.keys, **self._sorting(keyed))
        if self.order.column:
            return self._run(sql, [*start_params, most, self.project_id, *params, limit])
        return self._run(sql, [self.project_id, *start_params, most, *params, limit])

    def _is_mergeable(self) -> bool:
        is_filtered = bool(self.criteria.taxon or self.criteria.state) and not self.criteria.sample
        is_few = not self.criteria.is_tallied and self.matching < MOST_GATHERED
        return (
            is_filtered and not is_few and self.order.name in MERGED_ORDERS and len(self.pairs) <= MOST_PAIRS
        )

    def _look_up_tally(self) -> tuple[list[tuple[int | None, str]], int, int]:
        """The (taxon, state) that match, how many objects do, and how many the project has."""
        counts = project_counts(self.project_id, list(self.criteria.sample) or None)
        taxa, states = set(self.criteria.taxa), {state.value for state in self.criteria.state}
        with_bare = NO_TAXON in self.criteria.taxon
        pairs = [
            (taxon, state, count)
            for taxon, state, count in counts
            if (not self.criteria.taxon or taxon in taxa or (taxon is None and with_bare))
            and (not states or state in states)
        ]
        matching = sum(n for *_, n in pairs)
        if self.criteria.sample:
            counts = project_counts(self.project_id)
        return [(t, s) for t, s, _ in pairs], matching, sum(n for *_, n in counts)

    def _where(self) -> tuple[str, list]:
        """The filter's condition. A state by itself is told which taxa have it: every index names the taxon first."""
        condition, params = self.criteria.where(self.project_id)
        taxa = [taxon for taxon, _ in self.pairs if taxon is not None]
        if not self.criteria.state or self.criteria.taxon or len(taxa) < len(self.pairs):
            return condition, params
        return f"{condition} AND o.taxon_id = ANY(%s)", [*params, taxa]

    def _count_to(self, most: int) -> int:
        """How many objects match, counted no further than to `most`."""
        condition, params = self._where()
        with connection.cursor() as db:
            db.execute(COUNT_TO.format(condition=condition), [self.project_id, *params, most])
            return db.fetchone()[0]

    def _merge(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        start, start_params = self._start(cursor, keyed)
        more = self.criteria.beyond_tally(self.project_id)
        conditions = " AND ".join([start, *(text for text, _ in more)])
        params = [*start_params, *(p for _, ps in more for p in ps)]
        branches, branch_params = [], []
        for same, pairs, sorting in self._groups(keyed):
            if pairs:
                branches.append(MERGE.format(same=same, conditions=conditions, **sorting))
                branch_params += [
                    [t for t, _ in pairs],
                    [s for _, s in pairs],
                    self.project_id,
                    *params,
                    limit,
                ]
        direction = self.order.direction
        parts = " UNION ALL ".join(branches)
        sql = f"SELECT id, key FROM ({parts}) merged ORDER BY key {direction}, id {direction} LIMIT %s"
        return self._run(sql, [*branch_params, limit])

    def _groups(self, keyed: bool) -> Iterator[tuple[str, list[tuple[int | None, str]], dict[str, str]]]:
        """The condition that an object is of a pair, the pairs that one statement can ask for, how it sorts.

        What has no score is in two indexes: all that models and rules gave in that of the review, else in that of the
        taxa. PostgreSQL must read the states to choose the former.
        """
        named = [pair for pair in self.pairs if pair[0] is not None]
        bare = [pair for pair in self.pairs if pair[0] is None]
        sorting = self._sorting(keyed)
        yield "o.taxon_id IS NULL AND o.state = pair.state", bare, sorting
        same = "o.taxon_id = pair.taxon AND o.state = pair.state"
        if keyed or self.order.name not in SPARSE_ORDERS:
            yield same, named, sorting
            return
        by_models = [pair for pair in named if pair[1] in BY_MODELS]
        states = ", ".join(f"'{state.value}'" for state in BY_MODELS)
        yield f"{same} AND o.state IN ({states})", by_models, self._sorting(keyed=True)
        yield same, [pair for pair in named if pair[1] not in BY_MODELS], sorting

    def _select(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        statement = self._cheapest(limit)
        if statement == KEYS_PROBE:
            cost, statement = self._cheapest_of_late()
            most = max(self._walked(limit), int(2 * cost / PROBE_ROW))
            rows = self._look_at(most, limit, cursor, keyed)
            if len(rows) == limit:
                return rows
        start, start_params = self._start_along(cursor, keyed)
        condition, params = self._where()
        if statement == WALK:
            condition = condition.replace(PROBED, ROW_BY_ROW)
        sql = statement.format(start=start, condition=condition, keys=self.order.keys, **self._sorting(keyed))
        if statement == KEYS_ALL:
            return self._run(sql, [*start_params, limit])
        return self._run(sql, [self.project_id, *params, *start_params, limit])

    def _walked(self, limit: int) -> int:
        """How many rows in order one may have to look at until the page is full."""
        return int(min(LATE * limit * self.total / self.matching, self.total))

    def _cheapest(self, limit: int) -> str:
        """The statement that looks at the least."""
        if self.order.column and not self.order.column.is_indexed:
            return self._cheapest_unindexed()
        walked = self._walked(limit)
        if self.order.column is None:
            return GATHER if self.matching * GATHER_ROW < walked else WALK
        costs = {
            KEYS_GATHER: self.matching * GATHER_KEY,
            KEYS_HASH: self.matching * HASH_ROW + walked * WALK_KEY,
            KEYS_PROBE: walked * PROBE_ROW,
        }
        return min(costs, key=costs.__getitem__)

    def _cheapest_of_late(self) -> tuple[float, str]:
        """What to do where probing meets too few matches, as they come late in this order; and what that costs."""
        gathered = self.matching * GATHER_KEY
        hashed = self.matching * HASH_ROW + self.total / 2 * WALK_KEY  # they begin anywhere
        return min((gathered, KEYS_GATHER), (hashed, KEYS_HASH))

    def _cheapest_unindexed(self) -> str:
        """Of those that read the wide rows: nothing may sort all of them before it takes a page."""
        if self.criteria == Filter():
            return KEYS_ALL
        hashed = self.matching * HASH_ROW + self.total * READ_ROW
        return KEYS_GATHER if self.matching * GATHER_WIDE < hashed else KEYS_HASH

    def _start(self, cursor: Cursor | None, keyed: bool) -> tuple[str, list]:
        """The condition for the rows after the cursor."""
        key, after = self.order.key, self.order.after
        row_id = "k.object_id" if self.order.column else "o.id"
        if self.order.name == "id":
            return self._start_by_arrival(cursor)
        if self.order.pivot is not None:
            return self._start_random(cursor, keyed)
        if not keyed:
            return (
                (f"{key} IS NULL AND {row_id} {after} %s", [cursor.id]) if cursor else (f"{key} IS NULL", [])
            )
        if cursor is None:
            return f"{key} IS NOT NULL", []
        start = f"({key}, {row_id}) {after} (%s::{self.order.type}, %s)"
        if self.order.name in SPARSE_ORDERS:  # PostgreSQL does not see that it follows
            start = f"{key} IS NOT NULL AND {start}"
        return start, [cursor.key, cursor.id]

    def _start_by_arrival(self, cursor: Cursor | None) -> tuple[str, list]:
        """Where samples are asked for, at their next object: those before it may be millions."""
        if self.id_ranges is not None:
            place = next_id(self.id_ranges, cursor.id if cursor else None, self.order.is_descending)
            return (f"o.id {self.order.after}= %s", [place]) if place is not None else ("FALSE", [])
        return (f"o.id {self.order.after} %s", [cursor.id]) if cursor else ("TRUE", [])

    @cached_property
    def id_ranges(self) -> list[IdRange] | None:
        return id_ranges_of(self.criteria.sample) if self.criteria.sample else None

    def _start_along(self, cursor: Cursor | None, keyed: bool) -> tuple[str, list]:
        """As `_start`; a condition on the column of the order says where to walk, too."""
        start, params = self._start(cursor, keyed)
        if self.order.column and keyed:
            for operator, value in bounds_on(self.order.column, self.criteria.compared):
                start, params = f"{start} AND k.value {operator} %s", [*params, value]
        return start, params

    def _start_random(self, cursor: Cursor | None, first: bool) -> tuple[str, list]:
        part = f"{self.order.key} {'>=' if first else '<'} {self.order.pivot:d}"
        if cursor is None:
            return part, []
        return f"{part} AND ({self.order.key}, o.id) > (%s::integer, %s)", [cursor.key, cursor.id]

    def _sorting(self, keyed: bool) -> dict[str, str]:
        """Of the rows without a key, too, all columns of the index are named: so it gives them in order."""
        direction = self.order.direction
        row_id = "k.object_id" if self.order.column else "o.id"
        sort, sort_outer = f"{row_id} {direction}", f"o.id {direction}"
        if self.order.name != "id" and (keyed or self.order.name not in SPARSE_ORDERS):
            sort, sort_outer = f"{self.order.key} {direction}, {sort}", f"o.key {direction}, {sort_outer}"
        return {"key": self.order.key, "sort": sort, "sort_outer": sort_outer, "direction": direction}

    def _run(self, sql: str, params: list) -> list[Hit]:
        with connection.cursor() as db:
            db.execute(sql, params)
            return [Hit(row_id, key) for row_id, key in db.fetchall()]
