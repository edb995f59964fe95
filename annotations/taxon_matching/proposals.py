"""What each of the names that wait may mean, with the reason in words. As many queries for all as for one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection

from annotations.taxon_matching.candidates import Candidate, How, candidates_of
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.lineages import Agreement, Names, agreement
from annotations.taxonomy.matching import Matcher, TaxonName
from annotations.taxonomy.names import caseless, is_scientific, short_name

MOST_PROPOSED = 4


@dataclass(frozen=True)
class Proposal:
    """A taxon that a name may mean, or (`act` is "create") below which it may be made; where its lineage puts it if
    `taxon` is None. Of those of a name at most one `is_clear`: nothing speaks against it, and no other is as good.
    """

    act: str
    taxon: int | None
    name: str
    lineage: list[str]  # of the taxon, from the root down to its parent
    why: str
    is_clear: bool = False
    is_weak: bool = False  # all that speaks for it is how it begins

    @property
    def nearest(self) -> list[str]:
        """Of the lineage what stands right above the taxon."""
        return self.lineage[-2:]

    @property
    def choice(self) -> str:
        """As a form sends it."""
        return self.act if self.taxon is None else f"{self.act}:{self.taxon}"


@dataclass(frozen=True)
class Spelt:
    """What a taxon is called: as pages write it, and all its names, caseless."""

    display: str
    names: Names


def proposals(waiting: Sequence[PendingName]) -> dict[int, list[Proposal]]:
    """By the names' numbers what each may mean, best first, at most four."""
    candidates = candidates_of(waiting)
    parents = _parents(waiting)
    names = _names_above(candidates, parents)
    return {
        name.pk: _in_order(
            _mapped(name, candidates.get(name.pk, []), names), _created(parents.get(name.pk), names)
        )
        for name in waiting
    }


def _in_order(maps: list[Proposal], creates: list[Proposal]) -> list[Proposal]:
    """Where no taxon is clearly meant, one that is missing comes first; what begins alike is for want of better."""
    if maps and maps[0].is_clear:
        strong = [each for each in maps if not each.is_weak]
        return [*strong[: MOST_PROPOSED - len(creates)], *creates]
    if creates:
        maps = [each for each in maps if not each.is_weak]
    return [*(replace(create, is_clear=True) for create in creates), *maps][:MOST_PROPOSED]


# --- Taxa that are there ----------------------------------------------------------------------------------------------


def _mapped(name: PendingName, candidates: list[Candidate], names: dict[int, Spelt]) -> list[Proposal]:
    contradicting = {c.taxon: _contradicts(name, c, names) for c in candidates}
    ranked = sorted(candidates, key=lambda c: c.rank(contradicting[c.taxon]))
    clear = _clear(ranked, contradicting)
    return [
        Proposal(
            act="map",
            taxon=c.taxon,
            name=c.name,
            lineage=[names[ancestor].display for ancestor in c.path[:-1]],
            why=_reason(name, c, contradicting[c.taxon]),
            is_clear=c is clear,
            is_weak=c.how == How.BEGINS,
        )
        for c in ranked
    ]


def _clear(ranked: list[Candidate], contradicting: dict[int, bool]) -> Candidate | None:
    """The first, where no other was found by as sure a way, be it in another place."""
    if not ranked or contradicting[ranked[0].taxon] or ranked[0].how == How.BEGINS:
        return None
    best = ranked[0]
    return None if any(other.how <= best.how for other in ranked[1:]) else best


def _contradicts(name: PendingName, candidate: Candidate, names: dict[int, Spelt]) -> bool:
    """Whether the lineage that came with the name puts it elsewhere than the taxon stands."""
    above = [frozenset([caseless(part)]) for part in taxon_name(name).above]
    ancestors = [names[ancestor].names for ancestor in candidate.path[:-1]]
    return bool(above) and agreement(above, ancestors) == Agreement.NONE


def _reason(name: PendingName, candidate: Candidate, contradicts: bool) -> str:
    words = {
        How.BEFORE: "settled so before",
        How.SAME: "same name",
        How.SYNONYM: "synonym",
        How.CUT: "same name without the rest",
        How.NEAR: "one letter differs",
        How.NEAR_SYNONYM: f"one letter differs from its synonym {candidate.via}",
        How.BEGINS: "begins alike",
    }[candidate.how]
    if candidate.how == How.SAME and caseless(short_name(candidate.name)) != caseless(short_name(name.name)):
        words = "same name, written otherwise"
    return f"{words}, in another place" if contradicts else words


# --- Taxa that are missing --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a taxon is missing: right below `taxon`, or with the ranks between that its lineage names."""

    taxon: int
    why: str
    by_lineage: bool


def _parents(waiting: Sequence[PendingName]) -> dict[int, Place]:
    """By the names' numbers the nearest taxon that the tree has: of the lineage that came with it, else its genus."""
    chains = {name.pk: _chain(taxon_name(name)) for name in waiting}
    genera = {name.pk: first for name in waiting if (first := _genus(name.name))}
    matcher = Matcher([each for chain in chains.values() for each in chain] + list(genera.values()))
    places: dict[int, Place] = {}
    for name in waiting:
        above = (matcher.match(each).taxon for each in chains[name.pk])
        nearest = next((taxon for taxon in above if taxon is not None), None)
        genus = matcher.match(genera[name.pk]).taxon if name.pk in genera else None
        if nearest is not None:
            places[name.pk] = Place(nearest, "its lineage leads there", True)
        elif genus is not None:
            places[name.pk] = Place(genus, "its genus", False)
    return places


def _chain(name: TaxonName) -> list[TaxonName]:
    """What stands above it, the nearest first. Of `egg<Copepoda` alone only Copepoda places it."""
    chain = []
    parent = name.parent
    while parent is not None:
        chain.append(parent)
        parent = parent.parent if name.lineage else None
    return chain


def _genus(name: str) -> TaxonName | None:
    words = short_name(name).replace("_", " ").split()
    return TaxonName(words[0]) if len(words) > 1 and is_scientific(name) else None


def _created(place: Place | None, names: dict[int, Spelt]) -> list[Proposal]:
    if place is None:
        return []
    taxon = None if place.by_lineage else place.taxon
    return [Proposal("create", taxon, names[place.taxon].display, [], place.why)]


# --- What they have in common -----------------------------------------------------------------------------------------


def taxon_name(name: PendingName) -> TaxonName:
    """The name as it came, with its place."""
    return TaxonName(name.name, tuple(name.lineage), name.ecotaxa_id)


def _names_above(candidates: dict[int, list[Candidate]], parents: dict[int, Place]) -> dict[int, Spelt]:
    """What all the taxa are called that stand above the candidates, or that are parents."""
    ids = {ancestor for several in candidates.values() for each in several for ancestor in each.path}
    ids |= {place.taxon for place in parents.values()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, display_name FROM taxonomy_taxon WHERE id = ANY(%s)", [list(ids)])
        return {
            taxon: Spelt(display, frozenset([caseless(name), caseless(display)]))
            for taxon, name, display in cursor.fetchall()
        }


# --- All that are clear -----------------------------------------------------------------------------------------------


def clear_maps(waiting: Sequence[PendingName]) -> dict[int, Proposal]:
    """By the names' numbers the taxa that are clearly meant; others, and those that are to be made, are left out."""
    return {
        name: several[0]
        for name, several in proposals(waiting).items()
        if several and several[0].act == "map" and several[0].is_clear
    }
