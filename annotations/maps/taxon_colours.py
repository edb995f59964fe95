"""Colours of taxa: branches of the tree share a hue, the taxa of a branch differ in lightness, the long tail is grey.

The hues are Okabe's and Ito's, which the colour-blind can tell apart; a legend names each, and can show each alone.
"""

from collections import Counter

from django.db import connection

from annotations.taxonomy.ranks import italic_among

BASES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SHADES = (
    0.0,
    0.4,
    -0.35,
    0.65,
)  # mixed with white (positive) or black: the taxa of a branch, the most frequent first
OTHER, NONE = "#9aa4a8", "#c2c9cc"
OTHERS = -1  # the key of all taxa without a colour of their own

PATHS = "SELECT id, display_name, path FROM taxonomy_taxon WHERE id = ANY(%s)"
NAMES = "SELECT id, display_name FROM taxonomy_taxon WHERE id = ANY(%s)"


TaxonGroup = tuple[int, str, str, str, str, bool, bool]


def taxon_groups(counts: list[tuple[int | None, str, int]]) -> list[TaxonGroup]:
    """(key, name, colour, branch, query, is_italic, is_branch_italic) of the taxa of (taxon, state letter, number of
    objects): those with a colour, branch by branch; then objects without a taxon, and all other taxa as one."""
    totals: Counter[int] = Counter()
    for taxon, _, count in counts:
        totals[taxon or 0] += count
    rows = _rows(PATHS, [taxon for taxon in totals if taxon])
    paths = {taxon: tuple(path) for taxon, _, path in rows}
    names = {taxon: name for taxon, name, _ in rows}
    branches = branches_of(totals, paths)
    branch_names = dict(_rows(NAMES, list(branches)))
    italic = italic_among({*names, *branch_names})
    groups = [
        (
            taxon,
            names[taxon],
            shade(BASES[place], SHADES[n]),
            branch_names.get(branch, ""),
            _query(taxon),
            taxon in italic,
            branch in italic,
        )
        for place, (branch, taxa) in enumerate(branches.items())
        for n, taxon in enumerate(taxa[: len(SHADES)])
    ]
    bare = [(0, "no taxon", NONE, "", "taxon=none", False, False)] if totals[0] else []
    return [*groups, *bare, (OTHERS, "other taxa", OTHER, "", "", False, False)]


def branches_of(totals: Counter[int], paths: dict[int, tuple[int, ...]]) -> dict[int, list[int]]:
    """The taxon at the root of each branch, at most as many as there are hues, with its taxa, the most frequent first.

    The largest branch is split into those below it as long as hues are left.
    """
    parts: dict[int, list[int]] = {}
    for taxon in paths:
        parts.setdefault(paths[taxon][0], []).append(taxon)
    done: set[int] = set()
    while open_parts := [root for root in parts if root not in done]:
        root = max(open_parts, key=lambda r: (sum(totals[t] for t in parts[r]), r))
        below = _split(root, parts[root], paths)
        if len(below) < 2 and below.keys() == {root}:
            done.add(root)
        elif len(parts) - 1 + len(below) <= len(BASES):
            del parts[root]
            parts |= below
        else:
            done.add(root)
    largest = sorted(parts, key=lambda r: (-sum(totals[t] for t in parts[r]), r))[: len(BASES)]
    return {root: sorted(parts[root], key=lambda t: (-totals[t], t)) for root in largest}


def _split(root: int, taxa: list[int], paths: dict[int, tuple[int, ...]]) -> dict[int, list[int]]:
    """By what lies directly below the root; itself stays where objects have it."""
    below: dict[int, list[int]] = {}
    for taxon in taxa:
        path = paths[taxon]
        place = path.index(root) + 1
        below.setdefault(path[place] if place < len(path) else root, []).append(taxon)
    return below


def shade(colour: str, share: float) -> str:
    """Mixed with white, or with black where the share is negative. Colours as #rrggbb."""
    towards = 255 if share > 0 else 0
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (towards - part) * abs(share)):02x}" for part in parts)


def _query(taxon: int) -> str:
    return f"taxon={taxon}&descendants=0"


def _rows(sql: str, ids: list[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids])
        return cursor.fetchall()
