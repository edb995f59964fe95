"""What a segment becomes: an object with its vignettes, its place on the scan and, unless it is a box, its outline and
its measurements."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from django.db.models import Q

from annotations.jobs.progress import Progress
from annotations.measurements.actions import ensure_number_columns
from annotations.pictures.actions import StoredPicture
from annotations.samples.actions import add_images, add_objects, take_turns
from annotations.samples.models import Image
from annotations.samples.rows import NewImage, NewObject, Region
from annotations.scans.corrections.deleted import deleted_shapes
from annotations.scans.models import Outline, OutlineSource
from annotations.scans.sampling_fields import circumstances_on
from annotations.scans.segmentation.models import SegmentationRun
from classifier.contract.outlines import compressed, run_lengths
from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan as ScanFile
from worker.segmentation.preparing import SegmentPreparer, segment_of_shape

CHUNK = 100  # objects a transaction


@dataclass(frozen=True)
class Prepared:
    """All of an object but its rows; the pictures are stored."""

    name: str
    segment: SegmentedObject
    pictures: list[StoredPicture]
    region: Region
    numbers: list[float | None]  # as the writer's columns


class SegmentWriter:
    """Makes objects of the segments of a run."""

    def __init__(self, run: SegmentationRun, file: ScanFile, contrast: ScanContrast, progress: Progress):
        self.run, self.preparer = run, SegmentPreparer(file, contrast, run.has_outlines)
        self.acquisition = run.scan.parent.acquisition
        with progress.fenced():
            self.positions = ensure_number_columns(project=run.project, names=self.preparer.columns)

    def prepared(self, segments: Sequence[SegmentedObject], names: Sequence[str]) -> list[Prepared]:
        """With pictures in the storage, which a killed worker stores again under the same keys."""
        return [self._prepared(segment, name) for segment, name in zip(segments, names, strict=True)]

    def write(self, rows: Sequence[Prepared]) -> list[int]:
        """In the transaction of whoever calls it; the numbers of the objects, in their order."""
        take_turns(project=self.run.project)
        ids = add_objects(project=self.run.project, objects=[self._object(row) for row in rows])
        add_images(images=[image for row in rows for image in self._images(row, ids[row.name])])
        if self.run.has_outlines:
            Outline.objects.bulk_create(self._outline(row.segment, ids[row.name]) for row in rows)
        return [ids[row.name] for row in rows]

    # --- One object -----------------------------------------------------------------------------------------

    def _prepared(self, segment: SegmentedObject, name: str) -> Prepared:
        prepared = self.preparer.prepared(segment)
        numbers: list[float | None] = [None] * (max(self.positions) + 1)
        for position, value in zip(self.positions, prepared.numbers.values(), strict=True):
            numbers[position] = value
        region = Region(self.run.scan.parent, *prepared.region)
        return Prepared(name, segment, prepared.pictures, region, numbers)

    def _object(self, row: Prepared) -> NewObject:
        return NewObject(
            original_id=row.name,
            sample_id=self.acquisition.sample_id,
            acquisition_id=self.acquisition.pk,
            **asdict(circumstances_on(self.run.scan)),
            numbers=row.numbers,
        )

    def _images(self, row: Prepared, object_id: int) -> Iterator[NewImage]:
        for rank, picture in enumerate(row.pictures):
            name = f"{row.name}_scale.png" if rank else f"{row.name}.png"
            yield NewImage(object_id, name, picture, rank, None if rank else row.region)

    def _outline(self, segment: SegmentedObject, object_id: int) -> Outline:
        x, y, width, height = segment.box
        return Outline(
            object_id=object_id,
            parent=self.run.scan.parent,
            x=x,
            y=y,
            width=width,
            height=height,
            counts=compressed(run_lengths(segment.mask))["counts"].encode(),
            source=OutlineSource.MODEL if self.run.segmenter_name else OutlineSource.RECIPE,
        )


def outlines_in_the_way(run: SegmentationRun, touched: Sequence[int]) -> Iterator[SegmentedObject]:
    """Of the scan's objects that stay, by their numbers, and of what people have deleted on it."""
    yield from standing_outlines(run, touched)
    yield from map(segment_of_shape, deleted_shapes(run.scan))


def standing_outlines(run: SegmentationRun, object_ids: Sequence[int]) -> Iterator[SegmentedObject]:
    """Those of these objects that lie on the run's scan; of one without an outline, the region of its vignette."""
    outlines = Outline.objects.filter(parent=run.scan_id, object__in=object_ids)
    yield from map(segment_of, outlines.iterator())
    images = Image.objects.filter(Q(object__outline=None), parent=run.scan_id, object__in=object_ids)
    yield from map(box_of, images)


def box_of(image: Image) -> SegmentedObject:
    """The region that it was cut from, of which nobody knows which pixels are the object's."""
    box = [image.region_x or 0, image.region_y or 0, image.region_width or 1, image.region_height or 1]
    return segment_of_shape({"box": box, "counts": None})


def segment_of(outline: Outline) -> SegmentedObject:
    box = [outline.x, outline.y, outline.width, outline.height]
    return segment_of_shape({"box": box, "counts": bytes(outline.counts).decode()})
