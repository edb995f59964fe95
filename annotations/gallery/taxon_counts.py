"""The taxon panel: the project's taxa as a tree, with counts per state of their own and of all below."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from annotations.samples.models import State
from annotations.taxonomy.ranks import italic_among

NAMED = (State.VALIDATED, State.MACHINE_VALIDATED, State.PREDICTED, State.DUBIOUS)  # those with a taxon


@dataclass
class TaxonCount:
    id: int
    name: str
    is_italic: bool = False
    depth: int = 0
    own: Counter = field(default_factory=Counter)  # by state letter
    below: Counter = field(default_factory=Counter)  # own and of all descendants
    children: list["TaxonCount"] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.below.total()

    @property
    def shares(self) -> list[dict]:
        return [
            {"letter": state.value, "percent": 100 * self.below[state] / max(self.total, 1)}
            for state in NAMED
            if self.below[state]
        ]

    @property
    def sentence(self) -> str:
        return ", ".join(f"{self.below[state]:,} {state.word}" for state in NAMED if self.below[state])


@dataclass
class Panel:
    nodes: list[TaxonCount]  # parents before children
    states: dict[str, int]  # by letter, of the whole project or the chosen samples
    total: int


def taxon_panel(counts: list[tuple[int | None, str, int]]) -> Panel:
    """From (taxon, state letter, number of objects)."""
    nodes = _nodes({taxon for taxon, _, _ in counts if taxon is not None})
    states: Counter = Counter()
    for taxon, state, count in counts:
        states[state] += count
        if taxon is not None:
            nodes[taxon][0].own[state] += count
            for ancestor in nodes[taxon][1]:
                nodes[ancestor][0].below[state] += count
    return Panel(_tree(nodes), dict(states), states.total())


def _nodes(used: set[int]) -> dict[int, tuple[TaxonCount, list[int]]]:
    """The used taxa and all above them, each with its path."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, display_name, path FROM taxonomy_taxon WHERE id IN
               (SELECT unnest(path) FROM taxonomy_taxon WHERE id = ANY(%s))""",
            [list(used)],
        )
        rows = cursor.fetchall()
    italic = italic_among({taxon for taxon, _, _ in rows})
    return {taxon: (TaxonCount(taxon, name, taxon in italic), path) for taxon, name, path in rows}


def _tree(nodes: dict[int, tuple[TaxonCount, list[int]]]) -> list[TaxonCount]:
    """Depth first, siblings by name. A node that only leads to one other is left out: less to read."""
    roots: list[TaxonCount] = []
    for node, path in nodes.values():
        parent = nodes[path[-2]][0] if len(path) > 1 and path[-2] in nodes else None
        (parent.children if parent else roots).append(node)
    flat: list[TaxonCount] = []

    def walk(level: list[TaxonCount], depth: int) -> None:
        for node in sorted(level, key=lambda n: n.name.lower()):
            if not node.own and len(node.children) == 1:
                walk(node.children, depth)
                continue
            node.depth = depth
            flat.append(node)
            walk(node.children, depth + 1)

    walk(roots, 0)
    return flat
