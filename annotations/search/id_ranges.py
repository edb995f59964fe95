"""Where objects of samples lie in order of arrival: those of one mostly came together, so their ids lie together."""

from collections.abc import Sequence

from annotations.samples.models import Extent

IdRange = tuple[int, int]  # the least and the largest id that objects of a sample have


def id_ranges_of(samples: Sequence[int]) -> list[IdRange] | None:
    """Of the samples that have objects; None where that isn't known of one of them."""
    ranges = Extent.objects.filter(sample__in=samples).values_list("first_object", "last_object")
    bounds = [(first, last) for first, last in ranges if first is not None and last is not None]
    return bounds if len(bounds) == len(ranges) else None


def next_id(ranges: list[IdRange], after: int | None, is_descending: bool) -> int | None:
    """The first id behind `after`, or of all, that one of the samples may have; None where there is none."""
    if is_descending:
        ids = (
            last if after is None else min(last, after - 1)
            for first, last in ranges
            if after is None or first < after
        )
        return max(ids, default=None)
    ids = (
        first if after is None else max(first, after + 1)
        for first, last in ranges
        if after is None or last > after
    )
    return min(ids, default=None)
