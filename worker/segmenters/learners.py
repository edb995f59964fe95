"""What a kind of segmenter is to the worker."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject

OnProgress = Callable[[dict], None]  # {"stage", "done", "total", "message"} and, of the epochs, "history"
ShouldStop = Callable[[], bool]
ScanBox = tuple[int, int, int, int]  # x, y, width, height, pixels of a scan


class SegmenterLearner(Protocol):
    """Beside `config.json` its folder holds `metrics.json`, of which `held_out` is as `measuring.py` has it,
    without `pixels` where it finds boxes."""

    @property
    def files(self) -> Sequence[str]:
        """Those of a finished folder; the others go."""
        ...

    def learn(
        self,
        manifest: Path,
        folder: Path,
        settings: Mapping[str, Any],
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> dict[str, Any]:
        """Figures of the segmenter that it trains into `folder`; goes on from what an interrupted run left there.

        `manifest` is a CSV as `classifier.segmentation.unet.manifest` has it; for kinds without outlines its COCO has
        boxes alone. Raises ClassifierError, Cancelled.
        """
        ...

    def readme(self, config: dict, metrics: dict) -> str:
        """What a person should know who finds a folder that it has written."""
        ...

    def load(self, folder: Path) -> "LoadedSegmenter":
        """Raises ClassifierError for a folder that is no segmenter."""
        ...


class LoadedSegmenter(Protocol):
    """A segmenter that has been loaded."""

    def look_at(self, path: Path, pixel_um: float | None) -> "ScanLook":
        """Raises ClassifierError for a scan that it can't be used on."""
        ...

    def on_crop(self, path: Path, box: ScanBox) -> list[SegmentedObject]:
        """What it finds on a part of a scan, in the scan's pixels."""
        ...


class ScanLook(Protocol):
    """A segmenter's look at a scan, tile by tile."""

    @property
    def tiles(self) -> int:
        """How many there are."""
        ...

    def tile(self, place: int) -> bytes:
        """What it sees in the tile at that place, from 0 on, which hangs on nothing else. Raises ClassifierError."""
        ...

    def objects(
        self, tiles: Iterable[bytes], recipe: SegmentationRecipe, pixel_um: float | None
    ) -> Iterator[tuple[SegmentedObject, str, float]]:
        """Of all its tiles in their order: segments from top to bottom, the class of each and how sure it is; of the
        recipe sizes, holes and the border count."""
        ...


class LearntScan(NamedTuple):
    """A scan that is learnt from or measured on: its file, its line in `Segmenter.scans`, and its masks as COCO."""

    path: Path
    line: Mapping[str, Any]
    masks: Path
