"""What merged taxa became: a taxon that was replaced stands for its replacement at every door."""

from collections.abc import Iterable, Mapping

from django.db import connection

from annotations.taxonomy.models import Taxon

IN_USE = """
SELECT t.id, taxonomy_in_use(t.id) FROM taxonomy_taxon t WHERE t.id = ANY(%s) AND t.replaced_by_id IS NOT NULL
"""
MEANING = """
WITH RECURSIVE reached (id) AS (
    SELECT unnest(%s::bigint[]) UNION SELECT t.id FROM reached JOIN taxonomy_taxon t ON t.replaced_by_id = reached.id
)
SELECT id FROM reached
"""


def in_use(taxa: Iterable[int]) -> dict[int, int]:
    """For each of the ids what it became in the end: itself where it was not replaced, or is unknown."""
    ids = list(taxa)
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, [ids])
        return {taxon: taxon for taxon in ids} | dict(cursor.fetchall())


def all_in_use(taxa: Iterable[int]) -> list[int]:
    """What they became, in their order, each once."""
    ids = list(taxa)
    became = in_use(ids)
    return list(dict.fromkeys(became[taxon] for taxon in ids))


def taxon_in_use(taxon: Taxon) -> Taxon:
    """What the taxon became, or itself."""
    if taxon.replaced_by_id is None:
        return taxon
    return Taxon.objects.get(pk=in_use([taxon.pk])[taxon.pk])


def meaning(taxa: Iterable[int]) -> list[int]:
    """The taxa, and all that were replaced by them: older predictions still speak of those."""
    with connection.cursor() as cursor:
        cursor.execute(MEANING, [list(taxa)])
        return [taxon for (taxon,) in cursor.fetchall()]


def scores_in_use(best: Iterable[tuple[int, float]], became: Mapping[int, int]) -> list[tuple[int, float]]:
    """A model's taxa with their scores, surest first: what was merged into one taxon has the sum of the scores."""
    scores: dict[int, float] = {}
    for taxon, score in best:
        taxon = became.get(taxon, taxon)
        scores[taxon] = scores.get(taxon, 0.0) + score
    return sorted(scores.items(), key=lambda pair: -pair[1])
