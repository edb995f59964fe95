"""Pages by a ranking, as similarity to objects: all that match, each once, the nearest first.

In a large project those of the nearest that match come first, as the ranking's index has them at once: most pages ask
for no more, and nothing is counted. Behind them, few matches are compared one by one; of many, the nearest few thousand
come from the index, and all others after them as they arrived. Whoever pages on gets the same list, whatever the page.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from django.db import connection

from annotations.common.keyset import Cursor
from annotations.search.order import Ranking
from annotations.search.registry import Sql

# rows of the index that are looked at before matches are counted, in projects of so many objects: some 20 µs a row,
# where counting takes 0.5 µs an object
LOOKS = ((400, 20_000), (4_000, 50_000))
NO_KEY = -math.inf

NEAREST = "(SELECT * FROM unnest(%s::bigint[], %s::float8[]) AS near (object_id, distance))"

# what an index finds only when it is followed farther may be nearer than what it had found: it comes next then
RANKED = """
SELECT id, key FROM (
    SELECT o.id, greatest(n.distance, %s::float8) AS key FROM {source} n JOIN samples_object o ON o.id = n.object_id
    WHERE o.project_id = %s AND {condition} AND o.id <> ALL(%s::bigint[])
) o WHERE {start} ORDER BY key, id LIMIT %s"""

UNRANKED = """
SELECT o.id, NULL AS key FROM {source} n RIGHT JOIN samples_object o ON o.id = n.object_id
WHERE n.object_id IS NULL AND o.project_id = %s AND {condition} AND o.id <> ALL(%s::bigint[]) AND {start}
ORDER BY o.id LIMIT %s"""


class Matches(Enum):
    """How many objects match."""

    NONE = auto()
    FEW = auto()  # they are compared one by one
    MANY = auto()


@dataclass(frozen=True)
class Hit:
    id: int
    key: float | str | int | None


class RankedSearch:
    """`where` is what is asked of samples_object `o`; `how_many` may count, and is asked as late as can be."""

    def __init__(
        self, project_id: int, ranking: Ranking, where: Sql, total: int, how_many: Callable[[], Matches]
    ):
        self.project_id, self.ranking, self.where = project_id, ranking, where
        self.total, self.how_many = total, how_many
        self.first: list[tuple[int, float]] = []  # what the looks have found, in order

    def rows(self, limit: int, cursor: Cursor | None, keyed: bool) -> list[Hit]:
        return self._ranked(limit, cursor) if keyed else self._unranked(limit, cursor)

    def _ranked(self, limit: int, cursor: Cursor | None) -> list[Hit]:
        hits: list[Hit] = []
        for rows in self._looks():
            hits += [
                Hit(pk, key) for pk, key in rows if cursor is None or (key, pk) > (cursor.key, cursor.id)
            ]
            if len(hits) >= limit:
                return hits[:limit]
        if self.how_many() == Matches.NONE:
            return hits
        start, params = "TRUE", []
        if cursor:
            start, params = "(key, id) > (%s::float8, %s)", [cursor.key, cursor.id]
        condition, condition_params = self.where
        source, source_params = self._source
        sql = RANKED.format(source=source, condition=condition, start=start)
        more = [self._behind, *source_params, self.project_id, *condition_params, self._first_ids, *params]
        return hits + self._run(sql, [*more, limit - len(hits)])

    def _unranked(self, limit: int, cursor: Cursor | None) -> list[Hit]:
        """Those without a distance, and those that an index was not followed to."""
        list(self._looks())
        if self.how_many() == Matches.NONE:
            return []
        start, params = ("o.id > %s", [cursor.id]) if cursor else ("TRUE", [])
        condition, condition_params = self.where
        source, source_params = self._source
        sql = UNRANKED.format(source=source, condition=condition, start=start)
        more = [*source_params, self.project_id, *condition_params, self._first_ids, *params]
        return self._run(sql, [*more, limit])

    def _looks(self) -> Iterator[list[tuple[int, float]]]:
        """What each look finds that those before have not, in order; none where they found nothing, or their fill."""
        self.first = []
        for place, (looked_at, least) in enumerate(LOOKS):
            if self.total < least or (place and not 0 < len(self.first) < LOOKS[0][0]):
                return
            before = set(self._first_ids)
            nearest = self.ranking.first(self.project_id, self.where, looked_at)
            rows = sorted((max(key, self._behind), pk) for pk, key in nearest if pk not in before)
            part = [(pk, key) for key, pk in rows]
            self.first += part
            yield part

    @property
    def _first_ids(self) -> list[int]:
        return [pk for pk, _ in self.first]

    @property
    def _behind(self) -> float:
        """The least key of what comes after the looks."""
        return math.nextafter(self.first[-1][1], math.inf) if self.first else NO_KEY

    @cached_property
    def _source(self) -> Sql:
        if self.how_many() == Matches.FEW:
            return self.ranking.distances, []
        nearest = self.ranking.nearest(self.project_id, self.where)
        return NEAREST, [[pk for pk, _ in nearest], [distance for _, distance in nearest]]

    def _run(self, sql: str, params: list) -> list[Hit]:
        with connection.cursor() as db:
            db.execute(sql, params)
            return [Hit(row_id, key) for row_id, key in db.fetchall()]
