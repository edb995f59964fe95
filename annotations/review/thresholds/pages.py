"""The list of predicted taxa, a page at a time."""

from itertools import islice

from annotations.common.keyset import Cursor
from annotations.review.thresholds.curves import ThresholdCurve, threshold_curves
from annotations.review.thresholds.scores import predicted_counts

TAXA_A_PAGE = 10
ORDER = "waiting"


def page_of_curves(project_id: int, cursor: str | None) -> tuple[list[ThresholdCurve], str | None]:
    """The taxa of which most waits first, and the cursor of the next page. Raises ValidationError for a bad cursor."""
    start = Cursor.decode(cursor, ORDER) if cursor else None
    counts = predicted_counts(project_id)
    if start:
        last = (-int(start.key or 0), start.id)
        counts = {taxon: count for taxon, count in counts.items() if (-count, taxon) > last}
    page = dict(islice(counts.items(), TAXA_A_PAGE))
    taxon, count = next(reversed(page.items()), (0, 0))
    following = Cursor(ORDER, count, taxon).encode() if len(counts) > len(page) else None
    return threshold_curves(project_id, page), following


def curve_of(project_id: int, taxon_id: int) -> ThresholdCurve | None:
    """None where nothing is predicted to be the taxon."""
    count = predicted_counts(project_id).get(taxon_id)
    return threshold_curves(project_id, {taxon_id: count})[0] if count else None
