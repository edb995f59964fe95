"""A scan through the network, by tiles, and objects of what it sees.

Tiles overlap by as far as a pixel's answer may come from, and what lies nearer to their border is thrown away. So the
answer is that of the whole scan at once, whatever the tiles: no window has to hide seams. Beyond the scan it is
mirrored. What is seen waits on disk, three bytes a pixel.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from scipy import ndimage
from skimage.segmentation import watershed

from classifier.contract.errors import Cancelled
from classifier.contract.segmentation import MOST_AREA_PX, SegmentationRecipe, SegmentedObject
from classifier.segmentation.objects import without_holes
from classifier.segmentation.unet.components import CORNERS, ConnectedPart, parts_of
from classifier.segmentation.unet.network import SEEN, Unet, organism_bytes
from classifier.segmentation.unet.patches import normalised
from classifier.segmentation.unet.windows import OnTile, ReadByBoxes, tile_places, with_surroundings

TILE = 1024  # pixels a side
SEAM = 128  # of 255: from where on it is a seam
LEAST_CORE = 9  # pixels: what is smaller between seams is no organism of its own


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


class SeenObject(NamedTuple):
    """A segment, its class from 1 on, and the mean probability that it is an organism."""

    segment: SegmentedObject
    taxon: int
    score: float


@contextmanager
def seen_scan(
    network: Unet,
    scan: ReadByBoxes,
    *,
    tile: int = TILE,
    folder: Path | None = None,
    resumable: Path | None = None,
    on_tile: OnTile = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[SeenScan]:
    """Its arrays lie in a folder within `folder` that goes with them, or in `resumable`, which stays: there a run that
    was killed goes on, of the same network and scan. `tile` is rounded up to what the network can halve. Raises
    Cancelled."""
    tile = network.shape.rounded(tile)
    scratch = (
        nullcontext(resumable)
        if resumable
        else tempfile.TemporaryDirectory(prefix="seston-unet-", dir=folder)
    )
    with scratch as place_of_maps:
        shape = (scan.height, scan.width)
        progress = _SeenTiles(Path(place_of_maps), [tile, *shape])
        maps = progress.maps(shape)
        boxes = list(tile_places(scan.height, scan.width, tile))
        for done, (x, y) in enumerate(boxes):
            if done < progress.done:
                continue
            if should_stop():
                raise Cancelled
            place = np.s_[y : min(y + tile, scan.height), x : min(x + tile, scan.width)]
            for target, values in zip(maps, _seen_tile(network, scan, x, y, tile), strict=True):
                target[place] = values[: shape[0] - y, : shape[1] - x]
            progress.note(done + 1)
            on_tile(done + 1, len(boxes))
        yield SeenScan(*maps)


class _SeenTiles:
    """The maps in a folder, and how many tiles of them are done; those of other tiles are begun anew."""

    def __init__(self, folder: Path, tiling: list[int]):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.tiling, self.path = folder, tiling, folder / "seen.json"
        noted = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.done: int = noted["done"] if noted.get("tiling") == tiling else 0

    def maps(self, shape: tuple[int, int]) -> list[np.ndarray]:
        return [
            np.lib.format.open_memmap(
                self.folder / f"{name}.npy", "r+" if self.done else "w+", np.uint8, shape
            )
            for name in ("organism", "seam", "taxon")
        ]

    def note(self, done: int) -> None:
        """After the maps have them: so a tile counts wholly or not at all."""
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps({"tiling": self.tiling, "done": done}))
        draft.replace(self.path)


@torch.inference_mode()
def _seen_tile(network: Unet, scan: ReadByBoxes, x: int, y: int, tile: int) -> tuple[np.ndarray, ...]:
    """organism, seam and taxon of (tile, tile) pixels from (x, y) on."""
    reach, device = network.shape.reach, next(network.parameters()).device
    side = tile + 2 * reach
    pixels = normalised(with_surroundings(scan, x - reach, y - reach, side, side), scan.light)
    logits = network(pixels[None].to(device))[0, :, reach : reach + tile, reach : reach + tile]
    taxon = logits[1:-1].argmax(0) + 1
    maps = organism_bytes(logits[:-1]), (logits[-1].sigmoid() * 255).round(), taxon
    return tuple(values.to(torch.uint8).cpu().numpy() for values in maps)


def seen_objects(
    seen: SeenScan, recipe: SegmentationRecipe, pixel_um: float | None = None
) -> Iterator[SeenObject]:
    """From top to bottom. Of the recipe the bounds of the area, holes and the border count."""
    least = recipe.least_area(pixel_um)
    for part in parts_of(lambda top, bottom: seen.organism[top:bottom] >= SEEN, seen.height, seen.width):
        if not least <= part.width * part.height <= MOST_AREA_PX:  # beyond lies the frame of a tray
            continue
        for segment in _organisms(part, seen, recipe):
            if least <= segment.area <= recipe.most_area_px and (
                recipe.keep_border or _is_inside(segment, seen)
            ):
                yield _object(segment, seen)


def _organisms(part: ConnectedPart, seen: SeenScan, recipe: SegmentationRecipe) -> Iterator[SegmentedObject]:
    """A part, parted where the network saw a seam."""
    mask = part.mask(seen.organism[part.rows, part.columns] >= SEEN)
    seam = np.where(mask, seen.seam[part.rows, part.columns], 0)
    labels = _parted(mask, seam)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is not None:
            body = labels[box] == number
            filled = without_holes(body) if recipe.fill_holes else body
            x, y = part.x + box[1].start, part.y + box[0].start
            yield SegmentedObject(x, y, filled, None if filled is body else body)


def _parted(mask: np.ndarray, seam: np.ndarray) -> np.ndarray:
    """Labels from 1 on: cores between seams grow over these until they meet."""
    cores, count = ndimage.label(mask & (seam < SEAM), CORNERS)
    is_large = np.bincount(cores.ravel(), minlength=count + 1) >= LEAST_CORE
    is_large[0] = False
    if is_large.sum() < 2:
        return mask.astype(np.int32)
    return watershed(seam, np.where(is_large[cores], cores, 0), mask=mask)


def _is_inside(segment: SegmentedObject, seen: SeenScan) -> bool:
    x, y, width, height = segment.box
    return x > 0 and y > 0 and x + width < seen.width and y + height < seen.height


def _object(segment: SegmentedObject, seen: SeenScan) -> SeenObject:
    box = np.s_[segment.y : segment.y + segment.height, segment.x : segment.x + segment.width]
    taxon = np.bincount(seen.taxon[box][segment.mask]).argmax()
    return SeenObject(segment, int(taxon), float(seen.organism[box][segment.mask].mean() / 255))
