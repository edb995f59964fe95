"""A scan by tiles: each tile's pieces of objects, whatever is around them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from classifier.segmentation.contrast import EDGE_REACH, ScanContrast, gap_reach
from classifier.segmentation.pieces import Piece, packed
from classifier.segmentation.source import Scan

TILE = 2048  # pixels a side: some 100 MB while it is worked on
EIGHT = np.ones((3, 3), bool)  # pixels that touch at a corner touch


class Tile(NamedTuple):
    x: int
    y: int
    width: int
    height: int


def tiles_of(width: int, height: int, side: int = TILE) -> list[Tile]:
    """The tiles of a scan of that size, row by row. They do not overlap."""
    return [
        Tile(x, y, min(side, width - x), min(side, height - y))
        for y in range(0, height, side)
        for x in range(0, width, side)
    ]


def segment_tile(scan: Scan, contrast: ScanContrast, tile: Tile) -> bytes:
    """The pieces of objects in a tile, for `join`. The same bytes for the same tile, whenever it is run."""
    recipe = contrast.recipe
    return packed(tile_pieces(scan, contrast, tile), gap_reach(recipe) > 0 or recipe.outline == "half")


def tile_pieces(scan: Scan, contrast: ScanContrast, tile: Tile) -> list[Piece]:
    """The same in memory."""
    return pieces_of(*_masks(scan, contrast, tile), tile, contrast)


def _masks(scan: Scan, contrast: ScanContrast, tile: Tile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the tile's pixels: those above the low threshold, above the threshold, and within reach of an object."""
    halo, gap = contrast.halo, gap_reach(contrast.recipe)
    greys, inside = _with_halo(scan, tile, halo)
    values = contrast.of(greys, tile.x - halo, tile.y - halo)
    low = values >= np.float32(contrast.level * contrast.recipe.hysteresis)
    core = (slice(halo, halo + tile.height), slice(halo, halo + tile.width))
    reach = _widened(low & inside, gap)[core] if gap else low[core]
    own = low[core]
    if contrast.recipe.outline == "half":  # parts still hang together where the low threshold has them do so
        own = own & _is_upper_half(values)[core]
    return own, values[core] >= np.float32(contrast.level), reach


def _is_upper_half(values: np.ndarray) -> np.ndarray:
    """Where the contrast is half of the highest around at least: the middle of an edge, however it is blurred."""
    return values >= ndimage.maximum_filter(values, 2 * EDGE_REACH + 1, mode="nearest") / 2


def _with_halo(scan: Scan, tile: Tile, halo: int) -> tuple[np.ndarray, np.ndarray]:
    """The greys of the tile and what is around it, and which of them lie on the scan: beyond, its border goes on."""
    left, top = min(halo, tile.x), min(halo, tile.y)
    right = min(halo, scan.width - tile.x - tile.width)
    bottom = min(halo, scan.height - tile.y - tile.height)
    greys = scan.region(tile.x - left, tile.y - top, tile.width + left + right, tile.height + top + bottom)
    beyond = ((halo - top, halo - bottom), (halo - left, halo - right))
    return np.pad(greys, beyond, mode="edge"), np.pad(np.ones(greys.shape, bool), beyond)


def _widened(mask: np.ndarray, reach: int) -> np.ndarray:
    return ndimage.maximum_filter(mask.view(np.uint8), 2 * reach + 1, mode="constant").view(bool)


def pieces_of(
    own: np.ndarray, high: np.ndarray, reach: np.ndarray, tile: Tile, contrast: ScanContrast
) -> list[Piece]:
    """Of a tile's masks, wherever they come from. What is whole and no object is left out.

    `own` are the pixels of objects, `high` those without which there is none, `reach` joins parts; bool, all of the
    tile's shape.
    """
    labels, count = ndimage.label(reach, EIGHT)
    if not count:
        return []
    has_core = np.zeros(count + 1, bool)
    has_core[labels[high & own]] = True
    is_open = _meets_inner_sides(labels, count, tile, contrast)
    boxes = ndimage.find_objects(labels)
    least = contrast.least_area
    return [
        _piece(labels, own, number, box, bool(has_core[number]), tile)
        for number, box in enumerate(boxes, 1)
        if is_open[number] or (has_core[number] and _pixels(box) >= least)
    ]


def _piece(
    labels: np.ndarray, own: np.ndarray, number: int, box: tuple[slice, slice], has_core: bool, tile: Tile
) -> Piece:
    reach = labels[box] == number
    return Piece(tile.x + box[1].start, tile.y + box[0].start, reach & own[box], reach, has_core)


def _pixels(box: tuple[slice, slice]) -> int:
    return (box[0].stop - box[0].start) * (box[1].stop - box[1].start)


def _meets_inner_sides(labels: np.ndarray, count: int, tile: Tile, contrast: ScanContrast) -> np.ndarray:
    """By label, whether it goes on in another tile."""
    result = np.zeros(count + 1, bool)
    for is_inner, line in _sides(labels, tile, contrast):
        if is_inner:
            result[line] = True
    result[0] = False
    return result


def _sides(labels: np.ndarray, tile: Tile, contrast: ScanContrast) -> Iterator[tuple[bool, np.ndarray]]:
    yield tile.y > 0, labels[0]
    yield tile.y + tile.height < contrast.height, labels[-1]
    yield tile.x > 0, labels[:, 0]
    yield tile.x + tile.width < contrast.width, labels[:, -1]
