"""Orders that somebody works out and writes down: by a refit, by a rule of what to look at next.

An app writes the ranks of its objects with `write_ranks`, and registers the order in its module `orders`:

    register_order(ranked_order("disagreement", title="models disagree most", help="…", remedy="…"))
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.common.arrays import array_of
from annotations.projects.models import Project
from annotations.search.models import RankedObject
from annotations.search.order import Order, OrderKind

NEAREST = 2000  # how far a large project is sorted: ten pages
NAME = re.compile(r"[a-z_]{1,40}")

WRITE = """
INSERT INTO search_rankedobject (project_id, name, object_id, rank)
SELECT o.project_id, %s, r.object_id, r.rank
FROM unnest(%s::bigint[], %s::float8[]) AS r (object_id, rank) JOIN samples_object o ON o.id = r.object_id
WHERE o.project_id = %s
ON CONFLICT (project_id, name, object_id) DO UPDATE SET rank = EXCLUDED.rank
WHERE search_rankedobject.rank <> EXCLUDED.rank
"""
REMOVE = (
    "DELETE FROM search_rankedobject WHERE project_id = %s AND name = %s AND object_id = ANY(%s::bigint[])"
)


@dataclass(frozen=True)
class StoredRanking:
    """The ranks of a project's objects in one order. A `Ranking` of the search."""

    name: str
    title: str
    project_id: int

    @property
    def distances(self) -> str:
        """SQL of a table (object_id, distance) of the objects that have a rank."""
        return (
            "(SELECT object_id, rank AS distance FROM search_rankedobject "
            f"WHERE project_id = {self.project_id:d} AND name = '{self.name}')"
        )

    def nearest(self, project_id: int, among: tuple[str, list]) -> list[tuple[int, float]]:
        """(object id, rank) of the first in the project, whatever they meet."""
        ranked = RankedObject.objects.filter(project=project_id, name=self.name).order_by("rank", "object_id")
        return list(ranked.values_list("object_id", "rank")[:NEAREST])

    def first(self, project_id: int, among: tuple[str, list], looked_at: int) -> list[tuple[int, float]]:
        """None: an order that is written down costs little to gather."""
        return []


def ranked_order(name: str, *, title: str, help: str, remedy: str) -> OrderKind:
    """An order by what `write_ranks` wrote under that name. `remedy` says what to do where nothing has a rank yet."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an order: lower case letters and _ alone.")

    def build(text: str, argument: str, project_id: int) -> Order:
        if not RankedObject.objects.filter(project=project_id, name=name).exists():
            raise ValidationError(remedy)
        ranking = StoredRanking(name, title, project_id)
        return Order(text, "n.distance", "double precision", ranking=ranking)

    return OrderKind(name=name, title=title, help=help, build=build, is_reversible=False)


@transaction.atomic(savepoint=False)
def write_ranks(*, project: Project, name: str, ranks: Iterable[tuple[int, float]]) -> None:
    """Gives objects of the project their rank, the least first; others keep theirs. Safe to do twice."""
    rows = list(ranks)
    with connection.cursor() as cursor:
        ids, numbers = array_of(pk for pk, _ in rows), array_of(rank for _, rank in rows)
        cursor.execute(WRITE, [name, ids, numbers, project.pk])


def remove_ranks(*, project: Project, name: str, object_ids: Iterable[int]) -> None:
    """Takes the rank of objects of the project away: they come last."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [project.pk, name, array_of(object_ids)])
