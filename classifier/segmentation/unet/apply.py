"""A scan through the network, by tiles, and objects of what it sees.

Tiles overlap by as far as a pixel's answer may come from, and what lies nearer to their border is thrown away. So the
answer is that of the whole scan at once, whatever the tiles: no window has to hide seams. Beyond the scan it is
mirrored. What is seen waits on disk, three bytes a pixel.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
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
from classifier.segmentation.unet.network_input import PREFIX, SeenScan, SeenTiles
from classifier.segmentation.unet.patches import normalised
from classifier.segmentation.unet.windows import OnTile, ReadByBoxes, tile_places, with_surroundings

TILE = 1024  # pixels a side
SEAM = 128  # of 255: from where on it is a seam
LEAST_CORE = 9  # pixels: what is smaller between seams is no organism of its own


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
    scratch = nullcontext(resumable) if resumable else tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder)
    with scratch as place_of_maps:
        seen = SeenTiles(Path(place_of_maps), (scan.height, scan.width), tile)
        boxes = list(tile_places(scan.height, scan.width, tile))
        for x, y in boxes[seen.done :]:
            if should_stop():
                raise Cancelled
            seen.add(x, y, seen_tile(network, scan, x, y, tile))
            on_tile(seen.done, len(boxes))
        yield SeenScan(*seen.maps)


@torch.inference_mode()
def seen_tile(network: Unet, scan: ReadByBoxes, x: int, y: int, tile: int) -> np.ndarray:
    """uint8 (3, height, width): organism, seam and taxon of `tile` pixels a side from (x, y) on, as far as the scan
    goes."""
    reach, device = network.shape.reach, next(network.parameters()).device
    side = tile + 2 * reach
    pixels = normalised(with_surroundings(scan, x - reach, y - reach, side, side), scan.light)
    logits = network(pixels[None].to(device))[0, :, reach : reach + tile, reach : reach + tile]
    logits = logits[:, : scan.height - y, : scan.width - x]
    taxon = logits[1:-1].argmax(0) + 1
    maps = organism_bytes(logits[:-1]), (logits[-1].sigmoid() * 255).round(), taxon
    return torch.stack([values.to(torch.uint8) for values in maps]).cpu().numpy()


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
