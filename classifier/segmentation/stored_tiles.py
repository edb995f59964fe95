"""What is finished of a scan, in a folder: a run that was killed goes on there."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan
from classifier.segmentation.tiles import segment_tile, tiles_of

OnStoredTile = Callable[[int, int], None]  # tiles done, of how many


class StoredTiles:
    """The contrast and the tiles of one scan by one recipe. `maker` says of which: another one's are left alone."""

    def __init__(self, folder: Path, maker: str):
        self.folder = folder / hashlib.sha256(maker.encode()).hexdigest()[:16]

    def contrast(self, estimate: Callable[[], ScanContrast]) -> ScanContrast:
        return ScanContrast.from_bytes(self._once("contrast", lambda: estimate().to_bytes()))

    def results(self, scan: Scan, contrast: ScanContrast, on_tile: OnStoredTile) -> Iterator[bytes]:
        tiles = tiles_of(scan.width, scan.height)
        for number, tile in enumerate(tiles):
            yield self._once(f"{number:06}", partial(segment_tile, scan, contrast, tile))
            on_tile(number + 1, len(tiles))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # those of another scan lie there
            self.folder.parent.rmdir()

    def _once(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What was stored under the name, or what is made now; a half-written one does not count."""
        path = self.folder / f"{name}.npz"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_bytes(make())
            unfinished.rename(path)
        return path.read_bytes()
