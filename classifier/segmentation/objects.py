"""Makes objects of joined pieces: holes filled, sizes checked, touching ones parted, those at the border left out."""

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.pieces import Piece
from classifier.segmentation.several import several_score
from classifier.segmentation.splitting import parts_of


def objects_of(piece: Piece, filled: np.ndarray, contrast: ScanContrast) -> Iterator[SegmentedObject]:
    """The objects of a whole piece whose mask, holes filled, is `filled`."""
    if not _has_size(filled, contrast):
        return
    labels = parts_of(filled, contrast.recipe) if contrast.recipe.split else filled.astype(np.int32)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box is None:
            continue
        mask = labels[box] == number
        x, y = piece.x + box[1].start, piece.y + box[0].start
        is_whole = contrast.recipe.keep_border or not _meets_border(x, y, mask, contrast)
        if is_whole and _has_size(mask, contrast):
            body = mask & piece.own[box]
            several = several_score(mask, contrast.recipe)
            yield SegmentedObject(x, y, mask, None if (body == mask).all() else body, several)


def without_holes(mask: np.ndarray) -> np.ndarray:
    """The mask with its holes: what is outside, but not joined to what is around it by sides of pixels."""
    outside, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    return mask if count < 2 else outside[1:-1, 1:-1] != outside[0, 0]


def _has_size(mask: np.ndarray, contrast: ScanContrast) -> bool:
    return bool(contrast.least_area <= np.count_nonzero(mask) <= contrast.recipe.most_area_px)


def _meets_border(x: int, y: int, mask: np.ndarray, contrast: ScanContrast) -> bool:
    height, width = mask.shape
    return x == 0 or y == 0 or x + width == contrast.width or y + height == contrast.height
