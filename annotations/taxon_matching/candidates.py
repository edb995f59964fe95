"""Taxa of the tree that names may mean: found by sets, with one query for all names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import connection

from annotations.taxon_matching.mistakes import BEYOND, halves
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.names import short_name
from annotations.taxonomy.queries import fold_texts

# what stands behind a name and is none of it: `Calanus sp.`, `Calanus cf. finmarchicus?`
QUALIFIER = re.compile(r"[\s_]+(?:spp?|cf|aff|indet|nr)\b\.?|\?+|[\s_]+\d+$", re.IGNORECASE)


class How(IntEnum):
    """By what a taxon was found; the surest first."""

    BEFORE = 0
    SAME = 1
    SYNONYM = 2
    CUT = 3
    NEAR = 4
    NEAR_SYNONYM = 5
    BEGINS = 6


@dataclass(frozen=True)
class Candidate:
    """A taxon of the tree that a name may mean."""

    taxon: int
    name: str
    path: list[int]
    how: How
    via: str  # the name or synonym by which it was found

    def rank(self, contradicts: bool) -> tuple[bool, int]:
        return contradicts, self.how


WITHIN = "~>=~ w.{0} AND {1} ~<~ (w.{0} || %(beyond)s)"
FIND = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(pending)s::bigint[], %(is_cut)s::bool[], %(folded)s::text[], %(first)s::text[],
                         %(head)s::text[], %(wrong_tail)s::text[], %(tail)s::text[], %(wrong_head)s::text[])
    AS w (pending, is_cut, folded, first, head, wrong_tail, tail, wrong_head)
), candidate AS (
    SELECT w.pending, u.taxon_id AS id, {How.BEFORE:d} AS how, u.name AS via
    FROM unnest(%(numbers)s::bigint[], %(whole)s::text[]) AS w (pending, whole)
    JOIN nomenclature_unknownname u ON lower(u.name) = w.whole AND u.id <> w.pending
    WHERE u.taxon_id IS NOT NULL
    UNION ALL
    SELECT w.pending, t.id, CASE WHEN w.is_cut THEN {How.CUT:d} ELSE {How.SAME:d} END, t.display_name
    FROM wanted w JOIN taxonomy_taxon t ON t.name_folded = w.folded
    UNION ALL
    SELECT w.pending, t.id, CASE WHEN w.is_cut THEN {How.CUT:d} ELSE {How.SAME:d} END, t.display_name
    FROM wanted w JOIN taxonomy_taxon t ON t.folded = w.folded
    UNION ALL
    SELECT w.pending, s.taxon_id, {How.SYNONYM:d}, s.name FROM wanted w JOIN taxonomy_synonym s ON s.folded = w.folded
    UNION ALL
    SELECT w.pending, near.* FROM wanted w CROSS JOIN LATERAL (
        SELECT t.id, CASE WHEN t.name_folded ~ ' ' AND w.folded !~ ' ' THEN {How.BEGINS:d} ELSE {How.NEAR:d} END, t.name
        FROM taxonomy_taxon t
        WHERE t.name_folded {WITHIN.format("head", "t.name_folded")} AND t.name_folded ~ w.wrong_tail LIMIT 9
    ) near WHERE w.head <> ''
    UNION ALL
    SELECT w.pending, near.* FROM wanted w CROSS JOIN LATERAL (
        SELECT t.id, {How.NEAR:d}, t.name FROM taxonomy_taxon t
        WHERE reverse(t.name_folded) {WITHIN.format("tail", "reverse(t.name_folded)")} AND t.name_folded ~ w.wrong_head
        LIMIT 9
    ) near WHERE w.head <> ''
    UNION ALL
    SELECT w.pending, near.* FROM wanted w CROSS JOIN LATERAL (
        SELECT s.taxon_id, {How.NEAR_SYNONYM:d}, s.name FROM taxonomy_synonym s
        WHERE s.folded {WITHIN.format("head", "s.folded")} AND s.folded ~ w.wrong_tail LIMIT 9
    ) near WHERE w.head <> ''
    UNION ALL
    SELECT w.pending, near.* FROM wanted w CROSS JOIN LATERAL (
        SELECT s.taxon_id, {How.NEAR_SYNONYM:d}, s.name FROM taxonomy_synonym s
        WHERE reverse(s.folded) {WITHIN.format("tail", "reverse(s.folded)")} AND s.folded ~ w.wrong_head LIMIT 9
    ) near WHERE w.head <> ''
    UNION ALL
    SELECT w.pending, alike.* FROM wanted w CROSS JOIN LATERAL (
        SELECT t.id, {How.BEGINS:d}, t.name FROM taxonomy_taxon t
        WHERE t.folded {WITHIN.format("first", "t.folded")} ORDER BY t.folded USING ~<~ LIMIT 5
    ) alike WHERE w.first <> ''
), best AS (
    SELECT DISTINCT ON (c.pending, used.id) c.pending, used.id, c.how, c.via
    FROM candidate c CROSS JOIN LATERAL (SELECT taxonomy_in_use(c.id) AS id) used ORDER BY c.pending, used.id, c.how
)
SELECT b.pending, b.id, t.display_name, t.path, b.how, b.via
FROM best b JOIN taxonomy_taxon t ON t.id = b.id WHERE t.status = 'A' ORDER BY b.pending, b.how, t.used DESC, t.id
"""


def candidates_of(waiting: Sequence[PendingName]) -> dict[int, list[Candidate]]:
    """By the names' numbers, the surest first."""
    params: dict[str, Any] = _params_of(waiting) | {
        "numbers": [name.pk for name in waiting],
        "whole": [name.name.lower() for name in waiting],
        "beyond": BEYOND,
    }
    candidates: dict[int, list[Candidate]] = {}
    with connection.cursor() as cursor:
        cursor.execute(FIND, params)
        for pending, taxon, name, path, how, via in cursor.fetchall():
            candidates.setdefault(pending, []).append(Candidate(taxon, name, path, How(how), via))
    return candidates


def _params_of(waiting: Sequence[PendingName]) -> dict[str, list]:
    """The columns of `wanted`: each name as it is written and, where that differs, without its qualifiers."""
    forms = [(name.pk, is_cut, text) for name in waiting for is_cut, text in _forms(name.name)]
    columns: dict[str, list] = {name: [] for name in ("pending", "is_cut", "folded", "first")}
    parts: dict[str, list] = {name: [] for name in ("head", "wrong_tail", "tail", "wrong_head")}
    for (pending, is_cut, _), folded in zip(forms, fold_texts([text for *_, text in forms]), strict=True):
        word = folded.split(" ")[0]
        values = {
            "pending": pending,
            "is_cut": is_cut,
            "folded": folded,
            "first": word if len(word) > 2 else "",
        }
        for column, value in values.items():
            columns[column].append(value)
        half_right = halves(folded)
        for column in parts:
            parts[column].append(getattr(half_right, column))
    return columns | parts


def _forms(name: str) -> list[tuple[bool, str]]:
    """(whether something was cut off, the name)."""
    bare = short_name(name).split(" (")[0].strip()
    cut = QUALIFIER.sub("", bare).strip()
    forms = {name: False, bare: False}
    return [(is_cut, text) for text, is_cut in ({cut: True} | forms).items() if text]
