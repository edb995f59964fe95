"""Which values of a deep scan are black and white: the same for all scans of an acquisition, where that can be."""

from django.db.models import Count, Max, Min, Q, QuerySet

from annotations.samples.models import ParentImage
from annotations.scans.models import Scan
from classifier.contract.windows import ValueRange, Window, window_of
from worker.scans.files import ScanPage
from worker.scans.rendering import Watch, values_of

MIXED = (
    "Scans of {acquisition} came in with different values as white: greys of their objects can't be compared. "
    "To have one window for all, delete them and import the one with the largest values first."
)


def window_for(
    page: ScanPage,
    project_id: int | None,
    acquisition: tuple[str, str],
    file_name: str,
    original: str,
    watch: Watch,
) -> Window | None:
    """That of the same scan where it is here already; else of its values and those of its acquisition.

    `acquisition` has the ids of its sample and its own; `original` is the key of the file as it came. None of a
    scan of 8 bits.
    """
    if not page.is_deep:
        return None
    deep = _deep_scans(project_id, acquisition)
    same = deep.filter(file_name=file_name, original_key=original).first()
    if same and same.window_low is not None and same.window_high is not None:
        return Window(same.window_low, same.window_high)
    values = values_of(page, watch)
    bounds = deep.aggregate(low=Min("window_low"), high=Max("window_high"))
    if bounds["high"] is not None:
        values |= ValueRange(bounds["low"], bounds["high"])
    return window_of(values)


def mixed_windows(scans: list[int]) -> list[str]:
    """A warning for each acquisition of these scans whose deep scans have different windows."""
    acquisitions = Scan.objects.filter(pk__in=scans).values("parent__acquisition")
    deep = ParentImage.objects.filter(acquisition__in=acquisitions, window_high__isnull=False).order_by()
    windows = deep.values("acquisition", "acquisition__original_id").annotate(
        lows=Count("window_low", distinct=True), highs=Count("window_high", distinct=True)
    )
    mixed = windows.filter(Q(lows__gt=1) | Q(highs__gt=1)).order_by("acquisition__original_id")
    return [MIXED.format(acquisition=row["acquisition__original_id"]) for row in mixed]


def _deep_scans(project_id: int | None, acquisition: tuple[str, str]) -> QuerySet[ParentImage]:
    sample, name = acquisition
    return ParentImage.objects.filter(
        acquisition__sample__project=project_id,
        acquisition__sample__original_id=sample,
        acquisition__original_id=name,
        window_high__isnull=False,
    ).order_by()
