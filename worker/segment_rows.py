"""What a segment becomes: an object with its vignettes, its outline, its measurements and its place on the scan."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from django.db.models import Q
from PIL import Image as Picture

from annotations.jobs.progress import Progress
from annotations.measurements.actions import ensure_number_columns
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.samples.actions import add_images, add_objects, take_turns
from annotations.samples.models import Image
from annotations.samples.rows import NewImage, NewObject, Region
from annotations.scans.circumstances import circumstances_of
from annotations.scans.models import Outline, OutlineSource
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.wording import SEVERAL_COLUMN
from classifier.contract.measurements import COLUMNS, NAMES, PREFIX, with_millimetres
from classifier.contract.outlines import compressed, mask_of_runs, run_lengths
from classifier.contract.segmentation import SegmentedObject
from classifier.measuring.regions import measure_region
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan as ScanFile
from classifier.segmentation.vignettes import vignette_of

CHUNK = 100  # objects a transaction
# left and upper side of the box and the middle, in pixels of the scan; how probably it is several organisms; and the
# area once more, under the name from which results take sizes and volumes
BESIDE = ["scan_bx", "scan_by", "scan_x", "scan_y", SEVERAL_COLUMN, "area"]
IN_A_VIGNETTE = ("bx", "x", "xm", "by", "y", "ym")  # measured from its sides


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
        self.run, self.file, self.contrast = run, file, contrast
        self.acquisition = run.scan.parent.acquisition
        names = NAMES if contrast.pixel_um else NAMES[: len(COLUMNS)]
        with progress.fenced():
            columns = [*(PREFIX + name for name in names), *BESIDE]
            self.positions = ensure_number_columns(project=run.project, names=columns)
        self.names = names

    def prepared(self, segments: Sequence[SegmentedObject], names: Sequence[str]) -> list[Prepared]:
        """With pictures in the storage, which a killed worker stores again under the same keys."""
        return [self._prepared(segment, name) for segment, name in zip(segments, names, strict=True)]

    def write(self, rows: Sequence[Prepared]) -> None:
        """In the transaction of whoever calls it."""
        take_turns(project=self.run.project)
        ids = add_objects(project=self.run.project, objects=[self._object(row) for row in rows])
        add_images(images=[image for row in rows for image in self._images(row, ids[row.name])])
        Outline.objects.bulk_create(self._outline(row.segment, ids[row.name]) for row in rows)

    # --- One object -----------------------------------------------------------------------------------------

    def _prepared(self, segment: SegmentedObject, name: str) -> Prepared:
        margin = self._margin(segment)
        region = Region(self.run.scan.parent, *_widened(segment.box, margin))
        pictures = [store_picture(_png(pixels)) for pixels in self._vignettes(segment, margin)]
        return Prepared(name, segment, pictures, region, self._numbers(segment, margin))

    def _margin(self, segment: SegmentedObject) -> int:
        """The recipe's, as far as the scan goes: so a vignette is the region that it is said to be."""
        right = self.contrast.width - segment.x - segment.width
        below = self.contrast.height - segment.y - segment.height
        return min(self.contrast.recipe.margin, segment.x, segment.y, right, below)

    def _vignettes(self, segment: SegmentedObject, margin: int) -> Iterator[np.ndarray]:
        """Without a scale bar, which is no part of the organism; then with one, where the recipe wants it."""
        plain = replace(self.contrast.recipe, margin=margin, scale_bar=False)
        yield vignette_of(self.file, self.contrast.with_recipe(plain), segment)
        if self.contrast.recipe.scale_bar and self.contrast.pixel_um:
            yield vignette_of(self.file, self.contrast, segment)

    def _numbers(self, segment: SegmentedObject, margin: int) -> list[float | None]:
        greys = np.rint(self.file.region(*segment.box)).astype(np.uint8)
        measured = measure_region(greys, segment.mask, segment.body, is_bright=self.contrast.is_lighter)
        middle = [segment.x + measured["x"], segment.y + measured["y"]]
        beside = [segment.x, segment.y, *middle, segment.several, measured["area"]]
        measured |= {name: measured[name] + margin for name in IN_A_VIGNETTE}
        values = with_millimetres(measured, self.contrast.pixel_um) if self.contrast.pixel_um else measured
        numbers: list[float | None] = [None] * (max(self.positions) + 1)
        for position, value in zip(
            self.positions, [*(values[name] for name in self.names), *beside], strict=True
        ):
            numbers[position] = round(float(value), 6) if np.isfinite(value) else None
        return numbers

    def _object(self, row: Prepared) -> NewObject:
        sample = self.acquisition.sample
        return NewObject(
            original_id=row.name,
            sample_id=sample.pk,
            acquisition_id=self.acquisition.pk,
            **asdict(circumstances_of(sample)),
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
            source=OutlineSource.RECIPE,
        )


def standing_outlines(run: SegmentationRun, object_ids: Sequence[int]) -> Iterator[SegmentedObject]:
    """Those of these objects that lie on the run's scan; of one without an outline, the region of its vignette."""
    outlines = Outline.objects.filter(parent=run.scan_id, object__in=object_ids)
    for outline in outlines.iterator():
        runs = {"size": [outline.height, outline.width], "counts": bytes(outline.counts).decode()}
        yield SegmentedObject(outline.x, outline.y, mask_of_runs(runs))
    for image in Image.objects.filter(Q(object__outline=None), parent=run.scan_id, object__in=object_ids):
        box = (image.region_x or 0, image.region_y or 0, image.region_width or 1, image.region_height or 1)
        yield SegmentedObject(box[0], box[1], np.ones((box[3], box[2]), bool))


def _widened(box: tuple[int, int, int, int], margin: int) -> tuple[int, int, int, int]:
    x, y, width, height = box
    return x - margin, y - margin, width + 2 * margin, height + 2 * margin


def _png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Picture.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
