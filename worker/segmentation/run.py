"""A recipe applied to one scan, step by step.

All that a run has come to stands in its row and its tiles, not in the job: killed, cancelled and started again it goes
on where it stopped, and ends the same.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

from django.utils import timezone

from annotations.common.live import publish_event
from annotations.deletions.moving_to_bin import bin_objects
from annotations.deletions.object_actions import note_deletion
from annotations.jobs.progress import Progress
from annotations.samples.actions import take_turns
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.naming import first_number, names_of
from annotations.scans.segmentation.replacing import standing_on
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.segmentation.contrast import ScanContrast, estimate_contrast
from classifier.segmentation.joining import join
from classifier.segmentation.source import Scan as ScanFile
from classifier.segmentation.tiles import segment_tile, tiles_of
from worker.scans.scan_files import scan_file
from worker.segmentation.estimates import CONTRAST, remove_tiles
from worker.segmentation.figures import figures_of
from worker.segmentation.overlaps import overlapping
from worker.segmentation.rows import CHUNK, SegmentWriter, outlines_in_the_way
from worker.segmentation.tiles import store_tiles
from worker.segmenters.detections import FIRST, Detection, read_detections, store_detections
from worker.segmenters.learners import ScanBox
from worker.segmenters.naming import label_detections, new_batch

TILES, OBJECTS = 0.6, 0.35  # shares of the bar; the rest is what goes into the bin


class RunWork:
    """A run on one scan, as a part of the job's bar that begins at `start` and is `share` of it."""

    def __init__(self, run: SegmentationRun, progress: Progress, start: float, share: float):
        self.run, self.progress, self.start, self.share = run, progress, start, share
        self.recipe = SegmentationRecipe.checked(run.recipe.settings)
        self.detections: list[Detection] = []
        self.frames: list[ScanBox] = []  # rims of dishes that were passed over

    def carry_out(self, *, replace: bool) -> None:
        """Raises ClassifierError for a scan that can't be read."""
        if self.run.applied:  # before a worker was killed at a later one
            return
        with scan_file(self.run.scan) as path, ScanFile(path, self.recipe.channel) as file:
            contrast = self._contrast(file)
            segments = self._segments(file, contrast)
            if self.run.plan is None and not self._may_go_on(segments, replace):
                return
            if self.run.plan is None:
                self._decide(segments)
            else:
                self._leave_out_more(segments)
            self._write(SegmentWriter(self.run, file, contrast, self.progress))
        self._replace()
        self._end()

    # --- Finding --------------------------------------------------------------------------------------------

    def _segments(self, file: ScanFile, contrast: ScanContrast) -> list[SegmentedObject]:
        begun = time.monotonic()
        with self._part(0, TILES):
            self.detections = self._find(file, contrast)
        segments = [one.segment for one in self.detections]
        if self.run.segments is None:
            figures = figures_of(contrast, segments, self.run.has_outlines)
            figures["seconds"] = round(time.monotonic() - begun, 1)
            figures |= {"frames": len(self.frames)} if self.frames else {}
            figures |= self.run.figures  # which may name the segmenter
            self._save(segments=len(segments), figures=figures)
        return segments

    def _find(self, file: ScanFile, contrast: ScanContrast) -> list[Detection]:
        """By the segmenter, or by the recipe's threshold."""
        if self.run.segmenter_name:
            store_detections(self.run, file.path, contrast, self.progress, self.name)
            return read_detections(self._tiles())
        self._segment_tiles(file, contrast)
        return list(map(Detection, join(self._tiles(), contrast, self.frames.append)))

    def _tiles(self) -> Iterator[bytes]:
        rows = self.run.tiles.filter(number__gte=FIRST).order_by("number")
        return map(bytes, rows.values_list("content", flat=True))

    def _contrast(self, file: ScanFile) -> ScanContrast:
        stored = self.run.tiles.filter(number=CONTRAST).first()
        if stored:
            return ScanContrast.from_bytes(bytes(stored.content))
        pixel_um = self.run.scan.parent.acquisition.pixel_um
        contrast = estimate_contrast(file, self.recipe, None, pixel_um)
        with self.progress.fenced():
            self.run.tiles.create(number=CONTRAST, content=contrast.to_bytes())
        return contrast

    def _segment_tiles(self, file: ScanFile, contrast: ScanContrast) -> None:
        tiles = tiles_of(file.width, file.height)
        numbers = range(FIRST, FIRST + len(tiles))

        def make(place: int) -> bytes:
            return segment_tile(file, contrast, tiles[place])

        store_tiles(self.run, numbers, make, self.progress, self.name)

    # --- Deciding -------------------------------------------------------------------------------------------

    def _may_go_on(self, segments: list[SegmentedObject], replace: bool) -> bool:
        """False where objects would go that a person has not said may; what would be left out is for the page."""
        standing = standing_on(self.run)
        if replace or not standing.untouched:
            return True
        covered = overlapping(segments, outlines_in_the_way(self.run, standing.touched))
        self._save(figures=self.run.figures | {"overlapping": len(covered)})
        return False

    def _decide(self, segments: list[SegmentedObject]) -> None:
        """Which segments become objects, under which numbers, and which objects go: once, whatever happens then."""
        with self.progress.fenced():
            take_turns(project=self.run.project)  # what people correct is seen, or waits until all is written
            standing = standing_on(self.run)
            left_out = overlapping(segments, outlines_in_the_way(self.run, standing.touched))
            new = len(segments) - len(left_out)
            batch = new_batch(self.run) if any(one.taxon for one in self.detections) else None
            self._save(
                plan={"left_out": left_out, "goes": standing.untouched, "batch": batch},
                numbered_from=first_number(self.run.project, self.run.scan, new),
                new=new,
                left_out=len(left_out),
                stayed=len(standing.touched),
            )

    def _leave_out_more(self, segments: list[SegmentedObject]) -> None:
        """Of what is not made yet: while a run stood still, people may have drawn, labelled or deleted there."""
        assert self.run.plan is not None
        left_out = set(self.run.plan["left_out"])
        coming = [place for place in range(len(segments)) if place not in left_out][self.run.written :]
        with self.progress.fenced():
            take_turns(project=self.run.project)
            stays = outlines_in_the_way(self.run, standing_on(self.run).touched)
            more = [coming[place] for place in overlapping([segments[place] for place in coming], stays)]
            if more:
                self._save(
                    plan={**self.run.plan, "left_out": sorted(left_out.union(more))},
                    new=self.run.new - len(more),
                    left_out=self.run.left_out + len(more),
                )

    # --- Making objects -------------------------------------------------------------------------------------

    def _write(self, writer: SegmentWriter) -> None:
        assert self.run.plan is not None
        left_out, batch = set(self.run.plan["left_out"]), self.run.plan.get("batch")
        new = [one for place, one in enumerate(self.detections) if place not in left_out]
        names = names_of(self.run)
        with self._part(TILES, TILES + OBJECTS):
            while chunk := new[self.run.written : self.run.written + CHUNK]:
                end = self.run.written + len(chunk)
                rows = writer.prepared([one.segment for one in chunk], names[self.run.written : end])
                with self.progress.fenced():
                    ids = writer.write(rows)
                    named = label_detections(batch, chunk, ids) if batch else 0
                    self._save(written=end, named=self.run.named + named)
                self.progress.update(end, len(new), f"{self.name}: {end:,} of {len(new):,} objects")

    def _replace(self) -> None:
        """Untouched objects of earlier runs, behind the new ones: a killed run leaves both rather than none."""
        assert self.run.plan is not None
        planned = self.run.plan["goes"]
        if not planned or (self.run.deletion_id is None and not self._note_deletion(planned)):
            return
        assert self.run.deletion_id is not None
        with self._part(TILES + OBJECTS, 1):
            self._save(replaced=bin_objects(self.run.deletion_id, self.progress)["deleted"])

    def _note_deletion(self, planned: list[int]) -> bool:
        """Of what nobody has touched while the new ones were made; False where that is nothing."""
        untouched = set(standing_on(self.run).untouched)
        goes = [pk for pk in planned if pk in untouched]
        words = f"replaced by segmentation {self.run.pk}, {self.run.recipe}, of {self.name}"
        with self.progress.fenced():
            self._save(
                plan={**(self.run.plan or {}), "goes": goes},
                stayed=self.run.stayed + len(planned) - len(goes),
            )
            if goes:
                deletion = note_deletion(
                    project=self.run.project, user=self.run.owner, object_ids=goes, words=words
                )
                self._save(deletion=deletion)
            self.progress.checkpoint(last=0, samples=[])
        return bool(goes)

    def _end(self) -> None:
        with self.progress.fenced():
            self._save(applied=timezone.now(), plan=None)
            remove_tiles(self.run)
        publish_event(self.run.project_id, "labels", batch=None, objects=None)

    # --- Bookkeeping ----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.run.scan.parent.file_name

    def _part(self, start: float, end: float) -> AbstractContextManager[None]:
        return self.progress.part(self.start + start * self.share, self.start + end * self.share)

    def _save(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self.run, name, value)
        self.run.save(update_fields=list(values))
