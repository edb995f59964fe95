"""The scans of a project as pages and the API list them, and what is known of each."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from annotations.pictures.keys import PREFIX, signature
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image
from annotations.samples.naming import readable_id
from annotations.scans.models import Scan
from annotations.scans.sampling_fields import Circumstances, of_frame

PAGE = 30
MILLIMETRE = 1000  # µm


@dataclass(frozen=True)
class ScanRow:
    """A scan with how many objects were made of it."""

    scan: Scan
    objects: int

    @property
    def pixel_um(self) -> float | None:
        return self.scan.parent.acquisition.pixel_um

    @property
    def size_mm(self) -> tuple[float, float] | None:
        if self.pixel_um is None:
            return None
        parent = self.scan.parent
        return parent.width * self.pixel_um / MILLIMETRE, parent.height * self.pixel_um / MILLIMETRE

    @property
    def proposed_um(self) -> float | None:
        """What the header of the file says, where nobody has said it."""
        return self.scan.header_pixel_um if self.pixel_um is None else None

    @property
    def thumbnail(self) -> str:
        return tile_url(self.scan, 0, 0, 0) if self.scan.has_tiles else ""

    @property
    def frame(self) -> str:
        """When, how deep and where a frame was, in words; empty of a scan of which only its sample knows."""
        return frame_in_words(of_frame(self.scan))

    @property
    def missing(self) -> str:
        """What results will lack, as a sentence; empty where all is said."""
        acquisition = self.scan.parent.acquisition
        sample = acquisition.sample
        lacking = {
            "the size of a pixel": acquisition.pixel_um,
            "the volume": sample.fields.get("tot_vol"),
            "the fraction": acquisition.fields.get("sub_part") or acquisition.process_fields.get("sub_part"),
            "the position": sample.latitude if self.scan.latitude is None else self.scan.latitude,
            "the date": self.scan.taken_at or sample.fields.get("date"),
        }
        names = [name for name, value in lacking.items() if value in (None, "")]
        return f"Missing: {', '.join(names)}." if names else ""

    @property
    def acquisition_name(self) -> str:
        return acquisition_in_words(self.scan.parent.acquisition)


def acquisition_in_words(acquisition: Acquisition) -> str:
    """Its sample and itself: once where both are called alike, as after an import that knew a file's name alone."""
    names = acquisition.sample.original_id, acquisition.original_id
    return ", ".join(dict.fromkeys(map(readable_id, names)))


@dataclass(frozen=True)
class ScannedAcquisition:
    """What is known of the scans of an acquisition together: `row` is the newest of them."""

    row: ScanRow
    scans: int
    first: datetime | None  # when frames were taken, UTC
    last: datetime | None
    top: float | None  # metres
    bottom: float | None

    @property
    def acquisition(self) -> Acquisition:
        return self.row.scan.parent.acquisition

    @property
    def span(self) -> str:
        """When and how deep its frames were, in words; empty where only the sample knows."""
        moments = [f"{moment:%Y-%m-%d %H:%M}" for moment in (self.first, self.last) if moment]
        depths = [f"{depth:g}" for depth in (self.top, self.bottom) if depth is not None]
        words = [f"{' to '.join(dict.fromkeys(moments))} UTC"] if moments else []
        return ", ".join(words + ([f"{'–'.join(dict.fromkeys(depths))} m deep"] if depths else []))


def frame_in_words(place: Circumstances) -> str:
    words = [f"{place.taken_at:%Y-%m-%d %H:%M:%S} UTC"] if place.taken_at else []
    depths = sorted({depth for depth in (place.depth_min, place.depth_max) if depth is not None})
    if depths:
        words.append(f"{'–'.join(f'{depth:g}' for depth in depths)} m deep")
    if place.has_position:
        words.append(f"{place.latitude:.4f}°, {place.longitude:.4f}°")
    return ", ".join(words)


def scans_of(project: Project) -> QuerySet[Scan]:
    return Scan.objects.filter(parent__acquisition__sample__project=project).select_related(
        "parent__acquisition__sample"
    )


def scanned_acquisitions(project: Project) -> QuerySet[Acquisition]:
    """Those that have scans."""
    has_scans = Scan.objects.filter(parent__acquisition=OuterRef("pk"))
    return Acquisition.objects.filter(Exists(has_scans), sample__project=project)


def scanned_acquisition(project: Project, acquisition_id: int) -> Acquisition:
    """Raises Http404."""
    acquisition = scanned_acquisitions(project).select_related("sample").filter(pk=acquisition_id).first()
    if acquisition is None:
        raise Http404("There is no acquisition of that number with scans in this project.")
    return acquisition


def scans_in(project: Project, acquisition_id: int) -> QuerySet[Scan]:
    """All scans of an acquisition. Raises Http404 where there is none."""
    acquisition = scanned_acquisition(project, acquisition_id)
    return scans_of(project).filter(parent__acquisition=acquisition).order_by("pk")


def page_of_scans(
    project: Project, before: int | None, acquisition: Acquisition | None = None
) -> tuple[list[ScanRow], int | None]:
    """The newest first, all or those of an acquisition, behind the scan of that number; and the number behind which the
    next page begins."""
    scans = scans_of(project).order_by("-pk")
    scans = scans if acquisition is None else scans.filter(parent__acquisition=acquisition)
    page = list((scans.filter(pk__lt=before) if before else scans)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    page = page[:PAGE]
    counts = objects_on([scan.pk for scan in page])
    return [ScanRow(scan, counts.get(scan.pk, 0)) for scan in page], more


def page_of_acquisitions(project: Project, before: int | None) -> tuple[list[ScannedAcquisition], int | None]:
    """Those that have scans, the newest first, behind the acquisition of that number; and the number behind which the
    next page begins."""
    acquisitions = scanned_acquisitions(project).order_by("-pk")
    behind = acquisitions.filter(pk__lt=before) if before else acquisitions
    page = list(behind.values_list("pk", flat=True)[: PAGE + 1])
    more = page[PAGE - 1] if len(page) > PAGE else None
    return _scanned(project, page[:PAGE]), more


def _scanned(project: Project, acquisition_ids: list[int]) -> list[ScannedAcquisition]:
    scans = scans_of(project).filter(parent__acquisition__in=acquisition_ids)
    names = ["scans", "first", "last", "top", "bottom"]
    sums = (
        scans.order_by()
        .values("parent__acquisition")
        .annotate(
            newest=Max("pk"),
            scans=Count("pk"),
            first=Min("taken_at"),
            last=Max("taken_at"),
            top=Min(Coalesce("depth_min", "depth_max")),
            bottom=Max(Coalesce("depth_max", "depth_min")),
        )
    )
    of = {newest: rest for newest, *rest in sums.values_list("newest", *names)}
    objects = objects_on(list(of))
    newest_scans = scans_of(project).filter(pk__in=of).order_by("-parent__acquisition")
    return [ScannedAcquisition(ScanRow(scan, objects.get(scan.pk, 0)), *of[scan.pk]) for scan in newest_scans]


def objects_on(scan_ids: list[int]) -> dict[int, int]:
    """How many objects were cut from each."""
    images = Image.objects.filter(parent__in=scan_ids).order_by().values("parent")
    return dict(images.annotate(n=Count("object", distinct=True)).values_list("parent", "n"))


def open_scan(project: Project, scan_id: int) -> Scan:
    """Raises Http404."""
    scan = scans_of(project).filter(pk=scan_id).first()
    if scan is None:
        raise Http404("There is no such scan in this project.")
    return scan


def tile_url(scan: Scan, level: int, column: int, row: int) -> str:
    return tile_address(scan).format(level=level, column=column, row=row)


def tile_address(scan: Scan) -> str:
    """With `{level}`, `{column}` and `{row}` in it."""
    place = f"{{level}}/{{column}}_{{row}}.{scan.tiles_format}"
    return f"{PREFIX}{scan.tiles_prefix}/{place}?s={signature(scan.tiles_prefix)}"
