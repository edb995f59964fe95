"""Which taxon of the site a name means that comes with its place: by its EcoTaxa id, else by name and lineage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from annotations.taxonomy.lineages import Agreement, Names, agreement, chain_above, may_be
from annotations.taxonomy.models import TaxonKind
from annotations.taxonomy.names import caseless, clean_name, short_name


@dataclass(frozen=True)
class TaxonName:
    """A taxon as a package names it: `egg<Copepoda`, with its lineage from the root where it is given.

    It is cleaned (see `clean_name`), so that names that look alike are equal.
    """

    name: str
    lineage: tuple[str, ...] = ()
    ecotaxa_id: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _with_chevron(clean_name(self.name)))
        object.__setattr__(
            self, "lineage", tuple(part for each in self.lineage if (part := clean_name(each)))
        )

    @property
    def above(self) -> tuple[str, ...]:
        """Short names from the root down to the parent, as far as they are given."""
        return chain_above(self.name, self.lineage)

    @property
    def kind(self) -> TaxonKind:
        return TaxonKind.MORPHO if "<" in self.name else TaxonKind.PHYLO

    @property
    def parent(self) -> "TaxonName | None":
        *higher, parent = self.above or ("",)
        return TaxonName(parent, tuple(higher)) if parent else None


def _with_chevron(name: str) -> str:
    """EcoTaxa also writes `egg (Copepoda)` for `egg<Copepoda`."""
    child, bracket, parent = name.removesuffix(")").rpartition(" (")
    return f"{child}<{parent}" if bracket and name.endswith(")") and "<" not in name else name


@dataclass
class TaxonNode:
    """A taxon of the site, as far as matching needs it."""

    id: int
    name: str
    display_name: str
    path: list[int]
    ecotaxa_id: int | None
    is_active: bool
    replaced_by: int | None
    synonyms: Sequence[str] = ()
    names: Names = frozenset()

    def __post_init__(self) -> None:
        spelt = (self.name, self.display_name, *self.synonyms)
        self.names = frozenset(caseless(name) for name in spelt)


@dataclass
class TaxonMatch:
    """The taxon that a name means, or None. Where several may be meant `choices` has them, and nobody guesses."""

    taxon: int | None = None
    choices: list[int] = field(default_factory=list)


NAMED = """
WITH wanted AS MATERIALIZED (SELECT DISTINCT taxonomy_folded(name) AS folded FROM unnest(%(names)s::text[]) AS name)
SELECT t.id FROM wanted JOIN taxonomy_taxon t ON t.name_folded = wanted.folded
UNION SELECT t.id FROM wanted JOIN taxonomy_taxon t ON t.folded = wanted.folded
UNION SELECT id FROM taxonomy_taxon WHERE ecotaxa_id = ANY(%(numbers)s)
"""
# with all above them, and what replaced them: the recursion ends where nothing new is reached
NODES = """
WITH RECURSIVE reached (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT more.id FROM reached JOIN taxonomy_taxon t USING (id)
    CROSS JOIN LATERAL (SELECT unnest(t.path || coalesce(t.replaced_by_id, t.id)) AS id) more
)
SELECT t.id, t.name, t.display_name, t.path, t.ecotaxa_id, t.status = 'A', t.replaced_by_id,
       ARRAY(SELECT s.name FROM taxonomy_synonym s WHERE s.taxon_id = t.id)
FROM reached JOIN taxonomy_taxon t USING (id) ORDER BY t.id
"""


class Matcher:
    """Matches many names at once, with a few queries for all. Of one moment: lock the tree before you make taxa."""

    def __init__(self, names: Iterable[TaxonName]):
        self.nodes: dict[int, TaxonNode] = {}
        self.by_name: dict[str, list[TaxonNode]] = {}
        self.by_number: dict[int, TaxonNode] = {}
        names = list(names)
        self._load(names)
        self.contested = _contested(names)

    def _load(self, names: list[TaxonName]) -> None:
        spelt = {name for each in names for name in (each.name, short_name(each.name), *each.above) if name}
        numbers = [each.ecotaxa_id for each in names if each.ecotaxa_id is not None]
        with connection.cursor() as cursor:
            cursor.execute(NAMED, {"names": sorted(spelt), "numbers": numbers})
            cursor.execute(NODES, [[row_id for (row_id,) in cursor.fetchall()]])
            for row in cursor.fetchall():
                self.add(TaxonNode(*row))
        for node in self.nodes.values():  # a lineage may lead through what was merged since
            if node.replaced_by is not None:
                became = self.nodes[self.in_use(node)]
                became.names |= node.names

    def add(self, node: TaxonNode) -> None:
        """Makes a taxon known that was made meanwhile."""
        self.nodes[node.id] = node
        for name in {caseless(node.name), caseless(node.display_name)}:
            self.by_name.setdefault(name, []).append(node)
        if node.ecotaxa_id is not None:
            self.by_number[node.ecotaxa_id] = node

    def match(self, name: TaxonName) -> TaxonMatch:
        """An EcoTaxa id counts before all else. A taxon that was replaced stands for what replaced it."""
        if name.ecotaxa_id in self.by_number:
            return TaxonMatch(self.in_use(self.by_number[name.ecotaxa_id]))
        nodes = self._namesakes(name)
        if name.lineage:
            return self._by_place(name, nodes)
        by_name = self._by_name(name, nodes)
        return by_name if by_name.taxon or not name.above else self._by_place(name, nodes)

    def in_use(self, node: TaxonNode) -> int:
        """What replaced it in the end, or itself."""
        visited = set()
        while node.replaced_by is not None and node.id not in visited:
            visited.add(node.id)
            node = self.nodes[node.replaced_by]
        return node.id

    def _namesakes(self, taxon_name: TaxonName) -> list[TaxonNode]:
        """Of the whole name or its short form; another EcoTaxa id tells it apart, as `egg` of two groups."""
        names = dict.fromkeys((caseless(taxon_name.name), caseless(short_name(taxon_name.name))))
        nodes = {node.id: node for name in names for node in self.by_name.get(name, [])}
        return [
            node
            for node in nodes.values()
            if taxon_name.ecotaxa_id is None or node.ecotaxa_id in (None, taxon_name.ecotaxa_id)
        ]

    def _by_name(self, name: TaxonName, nodes: list[TaxonNode]) -> TaxonMatch:
        """Of a bare name, all that is known is how pages show it."""
        displayed = [node for node in nodes if caseless(node.display_name) == caseless(name.name)]
        if displayed and "<" in name.name:
            return TaxonMatch(self.in_use(displayed[0]))
        others = {self.in_use(node) for node in nodes if node.is_active or node.replaced_by}
        if displayed and (
            len(others) < 2 or displayed[0].ecotaxa_id is not None or len(displayed[0].path) == 1
        ):
            return TaxonMatch(self.in_use(displayed[0]))
        return TaxonMatch(choices=sorted(others)) if len(others) > 1 else TaxonMatch()

    def _by_place(self, taxon_name: TaxonName, nodes: list[TaxonNode]) -> TaxonMatch:
        """A lineage of the root alone places nothing: what several may be is nobody's to guess."""
        above = [frozenset([caseless(name)]) for name in taxon_name.above]
        best: dict[int, tuple] = {}
        is_bare = agreement(above, []) == Agreement.EXACT
        for node in nodes:
            how = agreement(above, self._above(node))
            least = Agreement.TAIL if caseless(taxon_name.name) in self.contested else how
            if how >= least and may_be(taxon_name.name, how):
                taxon = self.in_use(node)
                best[taxon] = max(best.get(taxon, ()), (how, node.is_active))
        first = max(best.values(), default=())
        choices = sorted(taxon for taxon, rank in best.items() if rank == first)
        if not choices and is_bare:
            choices = sorted({self.in_use(node) for node in nodes if agreement(above, self._above(node))})
            return TaxonMatch(choices=choices) if len(choices) > 1 else TaxonMatch()
        return TaxonMatch(choices[0]) if len(choices) == 1 else TaxonMatch(choices=choices)

    def _above(self, node: TaxonNode) -> list[Names]:
        if len(node.path) == 1:  # whose parent was unknown
            return [frozenset([caseless(name)]) for name in chain_above(node.display_name, ())]
        return [self.nodes[ancestor].names for ancestor in node.path[:-1]]


def _contested(names: list[TaxonName]) -> set[str]:
    """Names that come from several branches at once: then a rank must not lack, or all would be one taxon."""
    chains: dict[str, set[tuple[str, ...]]] = {}
    for each in names:
        if each.above:
            chains.setdefault(caseless(each.name), set()).add(tuple(map(caseless, each.above)))
    return {
        name
        for name, several in chains.items()
        if _contradict([[frozenset([n]) for n in c] for c in several])
    }


def _contradict(chains: list[list[Names]]) -> bool:
    return any(agreement(chains[0], other) == Agreement.NONE for other in chains[1:])
