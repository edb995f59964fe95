"""The objects among which a page is chosen: what waits, is in nobody's hands, and was not set aside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from annotations.learning.doubt import UNLIKE
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.search.registry import Sql

PUZZLED_HOURS = 2  # for which nobody is asked again about what was set aside without a proposal
MOST = 2000  # objects compared with each other: some 50 ms


@dataclass(frozen=True)
class WaitingObject:
    """An object that waits; `score` is that of its predicted taxon, None where no model gave one."""

    id: int
    taxon: int | None
    score: float | None


@dataclass(frozen=True)
class Pool:
    """Where pages are looked for: within a filter, without the objects that others hold or that were skipped."""

    project: Project
    criteria: Filter
    left_out: list[int] = field(default_factory=list)

    def surest(self, taxon: int, most: int = MOST) -> list[WaitingObject]:
        """Those that are predicted to be the taxon, the surest first and what has no score last; not what is unlike
        anything learnt."""
        of_taxon = f"o.taxon_id = %s AND o.state = 'P' AND NOT {NOVEL}"
        scored = self._select(f"{of_taxon} AND o.score IS NOT NULL", "o.score DESC, o.id DESC", most, taxon)
        remaining = most - len(scored)
        bare = self._select(f"{of_taxon} AND o.score IS NULL", "o.id", remaining, taxon) if remaining else []
        return scored + bare

    def of_taxa(self, taxa: list[int], most: int = MOST) -> list[WaitingObject]:
        """Those that are predicted to be one of the taxa, in the order of these, the least sure of each first."""
        of_taxa = f"o.taxon_id = ANY(%s) AND o.state = 'P' AND NOT {NOVEL}"
        order = "array_position(%s, o.taxon_id), o.score NULLS FIRST, o.id"
        return self._select(of_taxa, order, most, taxa, order_params=[taxa])

    def of_each(self, taxa: list[int], most: int, *, surest_first: bool) -> list[WaitingObject]:
        """At most so many that are predicted to be each of the taxa, one taxon after the other: of each the surest,
        or the least sure, first, and what has no score last."""
        of_taxon = f"o.taxon_id = wanted.taxon AND o.state = 'P' AND NOT {NOVEL}"
        order = "o.score DESC, o.id DESC" if surest_first else "o.score, o.id"
        scored, scored_params = self._sql(f"{of_taxon} AND o.score IS NOT NULL", order, most)
        bare, bare_params = self._sql(f"{of_taxon} AND o.score IS NULL", "o.id", most)
        return _fetched(
            f"""SELECT o.* FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (taxon, place)
            CROSS JOIN LATERAL (({scored}) UNION ALL ({bare}) LIMIT %s) o
            ORDER BY wanted.place, o.score IS NULL, {order}""",
            [taxa, *scored_params, *bare_params, most],
        )

    def unlike_anything(self, most: int = MOST) -> list[WaitingObject]:
        return self._select(f"o.state IN ('U', 'P') AND {NOVEL}", "o.id", most)

    def nameless(self, most: int = MOST) -> list[WaitingObject]:
        """Those that nobody and no model has named, at random: a look at all of a project."""
        return self._select("o.state = 'U'", "hashint8(o.id), o.id", most)

    def set_aside(self, most: int = MOST) -> list[WaitingObject]:
        """Those that a person took out of a page without naming them; not what nobody could tell a moment ago."""
        condition = f"o.state IN ('U', 'P') AND {SET_ASIDE} AND NOT {PUZZLING}"
        return self._select(condition, "o.id", most, also_set_aside=True)

    def _select(
        self,
        condition: str,
        order: str,
        most: int,
        *params: int | list[int],
        order_params: Iterable[list[int]] = (),
        also_set_aside: bool = False,
    ) -> list[WaitingObject]:
        sql, all_params = self._sql(
            condition, order, most, *params, order_params=order_params, also_set_aside=also_set_aside
        )
        return _fetched(sql, all_params)

    def _sql(
        self,
        condition: str,
        order: str,
        most: int,
        *params: int | list[int],
        order_params: Iterable[list[int]] = (),
        also_set_aside: bool = False,
    ) -> Sql:
        narrowed, narrowing = self.criteria.where(self.project.pk)
        here = "" if also_set_aside else f"AND NOT {SET_ASIDE}"
        return (
            f"""SELECT o.id, o.taxon_id, o.score FROM samples_object o
            WHERE o.project_id = %s AND {condition} AND {narrowed} AND o.id <> ALL(%s) {here}
            ORDER BY {order} LIMIT %s""",
            [self.project.pk, *params, *narrowing, self.left_out, *order_params, most],
        )


def _fetched(sql: str, params: list) -> list[WaitingObject]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [WaitingObject(*row) for row in cursor.fetchall()]


SET_ASIDE = "EXISTS (SELECT FROM review_setaside a WHERE a.object_id = o.id)"
PUZZLING = f"""EXISTS (SELECT FROM review_setaside a
WHERE a.object_id = o.id AND a.taxon_id IS NULL AND a.created > now() - interval '{PUZZLED_HOURS} hours')"""
NOVEL = f"""EXISTS (SELECT FROM learning_prediction p
WHERE p.object_id = o.id AND p.is_current AND p.novelty >= {UNLIKE})"""


def rejected_taxa(ids: list[int]) -> dict[int, set[int]]:
    """object → the taxa that a person has said it is not."""
    rejected: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id, taxon_id FROM review_setaside WHERE object_id = ANY(%s) AND taxon_id IS NOT NULL",
            [ids],
        )
        for object_id, taxon in cursor.fetchall():
            rejected[object_id].add(taxon)
    return rejected
