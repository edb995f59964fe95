"""Up to which taxon objects are told apart: as they are labelled, at a rank of the tree, or below chosen taxa."""

from collections.abc import Collection

from annotations.taxonomy.models import Taxon

RANKS = ("phylum", "class", "order", "family", "genus")


def lifted(taxa: Collection[int], rank: str, below: Collection[int] = ()) -> dict[int, int]:
    """taxon → the taxon that it counts for: the lowest of `below` that holds it, else its ancestor of the rank, else
    itself."""
    paths = dict(Taxon.objects.filter(pk__in=taxa).values_list("pk", "path"))
    above = {taxon for path in paths.values() for taxon in path}
    ranked = (
        set(Taxon.objects.filter(pk__in=above, rank__iexact=rank).values_list("pk", flat=True))
        if rank
        else set()
    )

    def target(taxon: int) -> int:
        path = paths.get(taxon, [])
        chosen = (one for one in reversed(path) if one in below)
        return next(chosen, next((one for one in path if one in ranked), taxon))

    return {taxon: target(taxon) for taxon in taxa}


def ranks_above(taxa: Collection[int]) -> list[str]:
    """Those of the ranks that an ancestor of one of the taxa has, the highest first."""
    paths = Taxon.objects.filter(pk__in=taxa).values_list("path", flat=True)
    above = {taxon for path in paths for taxon in path}
    present = {rank.lower() for rank in Taxon.objects.filter(pk__in=above).values_list("rank", flat=True)}
    return [rank for rank in RANKS if rank in present]
