"""What a network sees of a scan: three bytes a pixel, which wait on disk."""

import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.segmentation.unet.network import SEEN
from classifier.segmentation.unet.windows import tile_places

MAPS = ("organism", "seam", "taxon")
PREFIX = "seston-unet-"  # of temporary folders


@dataclass(frozen=True)
class SeenScan:
    """What the network sees, uint8 (H, W) each: `organism` and `seam` are probabilities of 255, `taxon` the most
    probable class from 1 on."""

    organism: np.ndarray
    seam: np.ndarray
    taxon: np.ndarray

    @property
    def height(self) -> int:
        return int(self.organism.shape[0])

    @property
    def width(self) -> int:
        return int(self.organism.shape[1])

    def classes(self, top: int, bottom: int) -> np.ndarray:
        """uint8 (bottom − top, W): 0 background, then the classes."""
        return np.where(self.organism[top:bottom] >= SEEN, self.taxon[top:bottom], 0)


class SeenTiles:
    """The maps in a folder, and how many tiles of them are done; those of other tiles are begun anew."""

    def __init__(self, folder: Path, shape: tuple[int, int], side: int):
        folder.mkdir(parents=True, exist_ok=True)
        self.shape, self.side = shape, side
        self.folder, self.tiling, self.path = folder, [side, *shape], folder / "seen.json"
        noted = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.done: int = noted["done"] if noted.get("tiling") == self.tiling else 0
        self.maps = [
            np.lib.format.open_memmap(folder / f"{name}.npy", "r+" if self.done else "w+", np.uint8, shape)
            for name in MAPS
        ]

    def add(self, x: int, y: int, tile: np.ndarray) -> None:
        """The maps of the next tile: it is noted after they are there, so it counts wholly or not at all."""
        for target, values in zip(self.maps, tile, strict=True):
            target[y : y + tile.shape[1], x : x + tile.shape[2]] = values
        self.done += 1
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps({"tiling": self.tiling, "done": self.done}))
        draft.replace(self.path)


@contextmanager
def scan_of_tiles(tiles: Iterable[bytes], height: int, width: int, side: int) -> Iterator[SeenScan]:
    """Of all its tiles, as `tile_bytes` made them, row by row. Its arrays lie in a folder that goes with them."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        maps = SeenTiles(Path(folder), (height, width), side)
        for (x, y), content in zip(tile_places(height, width, side), tiles, strict=True):
            maps.add(x, y, _tile_of(content, min(side, height - y), min(side, width - x)))
        yield SeenScan(*maps.maps)


def tile_bytes(tile: np.ndarray) -> bytes:
    """uint8 (3, height, width), which is nearly all background and so becomes small."""
    return zlib.compress(tile.tobytes(), 1)


def _tile_of(content: bytes, height: int, width: int) -> np.ndarray:
    return np.frombuffer(zlib.decompress(content), np.uint8).reshape(len(MAPS), height, width)
