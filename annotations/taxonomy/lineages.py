"""Whether a lineage that comes in speaks of a place in the tree. Pure: names only, no database."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from annotations.taxonomy.names import caseless, is_scientific, short_name

Names = frozenset[str]  # what one taxon is called, caseless: its name, the one that pages show, its synonyms

# What trees call their roots: a lineage with or without it is the same.
LIVING = {"living", "biota", "life", "root", "cellular organisms"}
NOT_LIVING = {"not-living", "not living", "non-living", "nonliving", "non living", "abiotic"}


class Agreement(IntEnum):
    """How well a lineage and the ancestors of a taxon agree; more is better."""

    NONE = 0  # they contradict each other
    ORDER = 1  # all of the shorter is in the longer, but the parents differ: a rank lacks there, or it is another taxon
    TAIL = 2  # the same parent, and nothing above it that contradicts
    EXACT = 3


def agreement(lineage: Sequence[Names], ancestors: Sequence[Names]) -> Agreement:
    """Compares a lineage with a taxon's ancestors, both from the root to the parent.

    The root may lack on one side, and so may ranks. Another branch, however high it parts, is a contradiction.
    """
    roots = {_kind_of_root(chain) for chain in (lineage, ancestors)} - {""}
    if len(roots) > 1:
        return Agreement.NONE
    shorter, longer = sorted((_without_root(lineage), _without_root(ancestors)), key=len)
    rest = iter(longer)
    if not all(any(names & others for others in rest) for names in shorter):
        return Agreement.NONE
    if len(shorter) == len(longer):
        return Agreement.EXACT
    return Agreement.TAIL if shorter and shorter[-1] & longer[-1] else Agreement.ORDER


def may_be(name: str, how: Agreement) -> bool:
    """Whether a taxon of that name is the one, when its place agrees so well with the lineage that came.

    A morphotype is told from its namesakes by its parent: `egg` of Copepoda is not `egg` of Calanoida. A scientific
    name is not, so that ranks may lack in between.
    """
    return how >= Agreement.TAIL or (how == Agreement.ORDER and is_scientific(name))


def agrees(name: str, one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two that come with the same name and these names above them are one."""
    chains = [[frozenset([caseless(part)]) for part in chain] for chain in (one, other)]
    return may_be(name, agreement(*chains))


def chain_above(name: str, lineage: Iterable[str]) -> tuple[str, ...]:
    """The short names above a taxon from the root down, as its lineage and its own `egg<Copepoda` give them.

    A lineage may end with the taxon itself, and may hold names with their parents.
    """
    parts = [part for part in lineage if part]
    if parts and caseless(short_name(parts[-1])) == caseless(short_name(name)):
        parts.pop()
    chain: list[str] = []
    for part in parts:
        _append(chain, [*_parents(part), short_name(part)])
    _append(chain, _parents(name))
    return tuple(chain)


def _parents(name: str) -> list[str]:
    """`Copepoda`, `Calanus` of `egg<Calanus<Copepoda`."""
    return [part.strip() for part in reversed(name.split("<")[1:]) if part.strip()]


def _append(chain: list[str], names: list[str]) -> None:
    """Adds names at the end, unless the chain ends so already."""
    if names and not (chain and caseless(chain[-1]) == caseless(names[-1])):
        is_repeated = len(names) > 1 and chain and caseless(chain[-1]) == caseless(names[-2])
        chain.extend(names[-1:] if is_repeated else names)


def _kind_of_root(chain: Sequence[Names]) -> str:
    first = chain[0] if chain else frozenset()
    return "living" if first & LIVING else "not living" if first & NOT_LIVING else ""


def _without_root(chain: Sequence[Names]) -> Sequence[Names]:
    return chain[1:] if _kind_of_root(chain) else chain
