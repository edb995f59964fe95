"""A scan or frame through the network, by tiles, and the boxes that it proposes.

Tiles overlap by as far as an answer may come from; each answers for the places in its own core, and of boxes that lie
on each other the surest stays, over the whole scan. So the answer does not hang on the tiles. A little beyond the scan
it is mirrored.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from classifier.contract.errors import Cancelled
from classifier.detection.overlaps import surest
from classifier.detection.retinanet.network import Detector
from classifier.segmentation.unet.patches import normalised
from classifier.segmentation.unet.windows import OnTile, ReadByBoxes, tile_places, with_surroundings

TILE = 768  # pixels a side, as the network sees them
LEAST_SCORE = 0.05  # below it nothing is looked at
MOST_A_TILE = 20_000  # boxes: a network that has learnt nothing proposes any number
DIGITS = 4  # of scores: arithmetic of tiles differs beyond


class Detections(NamedTuple):
    """`boxes` float32 (n, 4) are left, top, right, bottom in pixels of the scan, `scores` (n,) fall, `classes` int64
    (n,) count from 0."""

    boxes: np.ndarray
    scores: np.ndarray
    classes: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["Detections"]) -> "Detections":
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def at(self, places: np.ndarray) -> "Detections":
        return Detections(self.boxes[places], self.scores[places], self.classes[places])


def detected(
    network: Detector,
    scan: ReadByBoxes,
    *,
    least_score: float = LEAST_SCORE,
    tile: int = TILE,
    on_tile: OnTile = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Detections:
    """`tile` is rounded up to what the network can halve. Raises Cancelled."""
    side = tile_side(network, tile)
    places, parts = list(tile_places(scan.height, scan.width, side)), []
    for done, (x, y) in enumerate(places, 1):
        if should_stop():
            raise Cancelled
        parts.append(detected_in_tile(network, scan, x, y, side, least_score))
        on_tile(done, len(places))
    return detections_of_tiles(parts)


def tile_side(network: Detector, tile: int = TILE) -> int:
    """Pixels of the scan."""
    return network.shape.rounded(tile * network.shape.shrink)


def detections_of_tiles(parts: Sequence[Detections]) -> Detections:
    """Of all tiles of a scan, whose surest stay."""
    proposed = Detections.joined(parts)
    return proposed.at(surest(proposed.boxes, proposed.scores))


@torch.inference_mode()
def detected_in_tile(
    network: Detector, scan: ReadByBoxes, x: int, y: int, side: int, least_score: float
) -> Detections:
    """What lies at the places of one tile, all of it."""
    device = next(network.parameters()).device
    (left, width), (top, height) = (
        _window(network, start, side, length) for start, length in ((x, scan.width), (y, scan.height))
    )
    pixels = normalised(with_surroundings(scan, left, top, width, height), scan.light)
    output = network(pixels[None].to(device))
    scores, classes = output["cls_logits"][0].sigmoid().max(1)
    anchors = network.anchors(height, width, device)
    middles = (anchors[:, :2] + anchors[:, 2:]) / 2 * network.shape.shrink
    middles += torch.tensor((left, top), device=device)
    low = torch.tensor((x, y), device=device)
    high = torch.tensor((min(x + side, scan.width), min(y + side, scan.height)), device=device)
    scores = scores.double().round(decimals=DIGITS)  # before they are compared: as a detector was judged
    is_own = ((middles >= low) & (middles < high)).all(1) & (scores >= least_score)
    places = is_own.nonzero().ravel()
    places = places[scores[places].argsort(descending=True, stable=True)[:MOST_A_TILE]]
    boxes = network.boxes(output["bbox_regression"][0][places], anchors[places]).cpu().numpy()
    boxes = (boxes + np.array([left, top, left, top], np.float32)).clip(
        0, (scan.width, scan.height, scan.width, scan.height)
    )
    is_there = (boxes[:, 2:] - boxes[:, :2] >= 1).all(1)
    return Detections(
        boxes.astype(np.float32), scores[places].cpu().numpy(), classes[places].cpu().numpy()
    ).at(is_there)


def _window(network: Detector, start: int, side: int, length: int) -> tuple[int, int]:
    """Where a tile's window begins along one side of the scan, and how long it is: alike for all tiles at a border."""
    beyond, reach = network.shape.multiple, network.shape.reach
    first = max(start - reach, -beyond)
    end = min(start + side + reach, network.shape.rounded(length) + beyond)
    return first, end - first
