"""How well proposed boxes agree with drawn ones: precision, recall and F1 at one score, the average precision over all.

Two boxes are one object where they share at least half of the area that either has (IoU). Intervals are from parts of
scans drawn again, or from whole scans where there are enough, as segmentation/unet/evaluation.py has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.contract.segmentation import SegmentedObject
from classifier.detection.apply import Detections
from classifier.detection.frames import LearningFrame
from classifier.detection.overlaps import BoxIndex, overlap
from classifier.evaluation.figures import interval
from classifier.evaluation.figures import number as plain
from classifier.segmentation.unet.evaluation import (
    DRAWS,
    LEAST_IOU,
    ScanObjects,
    block_of,
    blocks_a_side,
    object_figures,
)
from classifier.statistics.bootstrap import around, draws


@dataclass(frozen=True)
class MeasuredFrame:
    """Boxes that people drew on it and all that were proposed, whatever their score."""

    frame: LearningFrame
    proposed: Detections


@dataclass(frozen=True)
class RankedBoxes:
    """Proposed boxes from the surest on: whether each is right, and in which unit of the bootstrap it lies; `drawn`
    (units,) says how many were drawn in each."""

    scores: np.ndarray
    is_right: np.ndarray
    units: np.ndarray
    drawn: np.ndarray


def detection_figures(
    frames: Sequence[MeasuredFrame], names: Sequence[str], score: float, seed: int = 0
) -> dict[str, Any]:
    """Of boxes from `score` on precision, recall, F1 and mean IoU, whatever their class, with intervals, and by class
    those whose class is right as well; the average precision of all."""
    figures = object_figures([as_objects(one, score) for one in frames], names, seed)
    ranked = ranked_boxes(frames)
    value = average_precision(ranked)
    drawn = [average_precision(ranked, weight) for weight in draws(len(ranked.drawn), DRAWS, seed)]
    bounds = around(np.array(drawn)[:, None], np.array([value]), len(ranked.drawn))
    figures["average_precision"] = plain(value)
    figures["intervals"]["average_precision"] = interval(bounds[0])
    for number, name in enumerate(names):
        figures["classes"][name]["average_precision"] = plain(average_precision(ranked_boxes(frames, number)))
    return figures


def as_objects(one: MeasuredFrame, score: float) -> ScanObjects:
    """Boxes as objects that fill them, for what is counted of masks is counted of boxes alike."""
    sure = one.proposed.at(one.proposed.scores >= score)
    return ScanObjects(
        one.frame.scan.width,
        one.frame.scan.height,
        [(as_object(box), int(k) + 1) for box, k in zip(one.frame.boxes, one.frame.classes, strict=True)],
        [(as_object(box), int(k) + 1) for box, k in zip(sure.boxes, sure.classes, strict=True)],
    )


def as_object(box: np.ndarray) -> SegmentedObject:
    """A box in whole pixels, all of which are the object's."""
    left, top, right, bottom = (int(side) for side in np.rint(box))
    shape = (max(bottom - top, 1), max(right - left, 1))
    return SegmentedObject(left, top, np.broadcast_to(np.True_, shape))


def ranked_boxes(frames: Sequence[MeasuredFrame], number: int | None = None) -> RankedBoxes:
    """Of one class, or of all as one."""
    blocks = blocks_a_side(len(frames))
    drawn = np.zeros((len(frames), blocks, blocks), int)
    scores, rights, units = [], [], []
    for place, one in enumerate(frames):
        boxes, proposed = _of_class(one, number)
        size = ScanObjects(one.frame.scan.width, one.frame.scan.height, (), ())
        own = [block_of(as_object(box), size, blocks) for box in boxes]
        np.add.at(drawn[place], tuple(np.array(own, int).reshape(-1, 2).T), 1)
        for box, score, partner in zip(
            proposed.boxes, proposed.scores, partners(boxes, proposed), strict=True
        ):
            block = own[partner] if partner >= 0 else block_of(as_object(box), size, blocks)
            scores.append(float(score))
            rights.append(partner >= 0)
            units.append(np.ravel_multi_index((place, *block), drawn.shape))
    order = np.argsort(-np.array(scores, float), kind="stable")
    return RankedBoxes(
        np.array(scores, float)[order],
        np.array(rights, bool)[order],
        np.array(units, int)[order],
        drawn.ravel(),
    )


def _of_class(one: MeasuredFrame, number: int | None) -> tuple[np.ndarray, Detections]:
    if number is None:
        return one.frame.boxes, one.proposed
    return one.frame.boxes[one.frame.classes == number], one.proposed.at(one.proposed.classes == number)


def partners(boxes: np.ndarray, proposed: Detections) -> list[int]:
    """Of each proposed box, the surest first, the drawn one that it has most in common with and nobody has yet; −1."""
    drawn, free, result = list(map(tuple, boxes.tolist())), BoxIndex(), []
    for number, box in enumerate(drawn):
        free.add(number, box)
    for box in map(tuple, proposed.boxes.tolist()):
        common, number = max(
            ((overlap(box, other), -number) for number, other in free.near(box).items()), default=(0.0, 0)
        )
        partner = -number if common >= LEAST_IOU else -1
        if partner >= 0:
            free.remove(partner, drawn[partner])
        result.append(partner)
    return result


def average_precision(ranked: RankedBoxes, weight: np.ndarray | None = None) -> float:
    """The area under precision over recall, each precision the best at no less recall; NaN where nothing was drawn.
    `weight` (units,) says how often each unit counts."""
    weight = np.ones(len(ranked.drawn)) if weight is None else weight
    total = float(weight @ ranked.drawn)
    if not total:
        return float("nan")
    counted = weight[ranked.units]
    right = np.cumsum(counted * ranked.is_right)
    precision = right / np.maximum(np.cumsum(counted), 1e-12)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(right, prepend=0) * best).sum() / total)


def best_score(ranked: RankedBoxes, default: float = 0.5) -> float:
    """From which score on the F1 is highest."""
    if not ranked.is_right.any():
        return default
    right, counted = np.cumsum(ranked.is_right), np.arange(1, len(ranked.scores) + 1)
    f1 = 2 * right / (counted + ranked.drawn.sum())
    is_last = np.diff(ranked.scores, append=-1.0) != 0  # of boxes with one score all count
    return float(ranked.scores[np.where(is_last, f1, -1).argmax()])
