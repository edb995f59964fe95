"""What is stated of a taxon holds for all below it, until it is stated anew of one of those."""

from collections.abc import Collection, Iterable

from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use


def stated_above(stated: Iterable[int], taxa: Collection[int]) -> dict[int, int | None]:
    """taxon → the nearest of `stated` that it is or that is above it; None where none is.

    A taxon that was merged is what it became, and so is one that something is stated of, where nothing is stated of
    what it became itself.
    """
    by_taxon = _with_replacements(stated)
    became = in_use(taxa)
    paths = dict(Taxon.objects.filter(pk__in=set(became.values())).values_list("pk", "path"))

    def nearest(taxon: int) -> int | None:
        upwards = reversed(paths.get(became[taxon], ()))
        return next((by_taxon[one] for one in upwards if one in by_taxon), None)

    return {taxon: nearest(taxon) for taxon in taxa}


def _with_replacements(stated: Iterable[int]) -> dict[int, int]:
    """The statement that counts at each taxon."""
    own = {taxon: taxon for taxon in stated}
    became = in_use(own)
    return {became[taxon]: taxon for taxon in sorted(own, reverse=True)} | own
