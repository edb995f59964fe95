"""How well masks agree with what people drew: pixel by pixel, and organism by organism.

Two organisms are one where they share at least half of the pixels that either has (IoU); which belong together is
chosen so that the IoUs of all pairs add up to the most. Intervals are from parts of scans drawn again, for organisms
that lie beside each other share light and density; from whole scans where at least FEWEST_SCANS are there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from classifier.contract.segmentation import SegmentedObject
from classifier.evaluation.figures import interval
from classifier.evaluation.figures import number as plain
from classifier.segmentation.unet.loss import UNLABELLED
from classifier.statistics.bootstrap import around, draws

LEAST_IOU = 0.5
FEWEST_SCANS = 5  # that are drawn again as a whole
BLOCKS = 4  # to a side of a scan: what is drawn again of fewer scans
DRAWS = 500
CELL = 256  # pixels a side: only organisms of one cell are compared
FIGURES = ("precision", "recall", "f1", "mean_iou")


@dataclass(frozen=True)
class ScanObjects:
    """What people drew on a scan and what was proposed, each with its class from 1 on."""

    width: int
    height: int
    drawn: Sequence[tuple[SegmentedObject, int]]
    proposed: Sequence[tuple[SegmentedObject, int]]


# --- Pixels -------------------------------------------------------------------------------------------------


def pixel_confusion(strips: Iterable[tuple[np.ndarray, np.ndarray]], classes: int) -> np.ndarray:
    """int64 (classes, classes): pixels drawn as one class (row) and seen as another, from strips of both."""
    matrix = np.zeros(classes * classes, np.int64)
    for drawn, predicted in strips:
        is_labelled = drawn != UNLABELLED
        pairs = drawn[is_labelled].astype(np.int64) * classes + predicted[is_labelled]
        matrix += np.bincount(pairs, minlength=classes * classes)
    return matrix.reshape(classes, classes)


def pixel_figures(matrix: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    """Of organisms against the background, and by class; None of a class that is neither drawn nor seen."""
    both = np.array([[matrix[0, 0], matrix[0, 1:].sum()], [matrix[1:, 0].sum(), matrix[1:, 1:].sum()]])
    whole = _of_class(both, 1)
    by_class = {name: _of_class(matrix, number) for number, name in enumerate(names, 1)}
    return {
        "accuracy": _share(np.trace(matrix), matrix.sum()),
        "iou": whole["iou"],
        "dice": whole["f1"],
        "classes": by_class,
    }


def _of_class(matrix: np.ndarray, number: int) -> dict[str, float | None]:
    right, drawn, predicted = matrix[number, number], matrix[number].sum(), matrix[:, number].sum()
    return {
        "precision": _share(right, predicted),
        "recall": _share(right, drawn),
        "f1": _share(2 * right, drawn + predicted),
        "iou": _share(right, drawn + predicted - right),
    }


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


# --- Objects ------------------------------------------------------------------------------------------------


def object_figures(scans: Sequence[ScanObjects], names: Sequence[str] = (), seed: int = 0) -> dict[str, Any]:
    """Precision, recall, F1 and mean IoU of the pairs, whatever their class, with intervals; by class those whose
    class is right as well."""
    pairs = [matched([s for s, _ in scan.drawn], [s for s, _ in scan.proposed]) for scan in scans]
    counts = _by_unit(scans, pairs)
    figures = _figures(counts.sum(0))
    drawn = np.array([_figures(weight @ counts) for weight in draws(len(counts), DRAWS, seed)], float)
    bounds = around(drawn, figures.astype(float), len(counts))
    return {
        **{name: plain(value) for name, value in zip(FIGURES, figures, strict=True)},
        "drawn": sum(len(scan.drawn) for scan in scans),
        "proposed": sum(len(scan.proposed) for scan in scans),
        "intervals": {name: interval(bounds[k]) for k, name in enumerate(FIGURES)},
        "classes": {name: _of_objects(scans, pairs, number) for number, name in enumerate(names, 1)},
    }


def matched(
    drawn: Sequence[SegmentedObject], proposed: Sequence[SegmentedObject]
) -> list[tuple[int, int, float]]:
    """(place among the drawn, place among the proposed, IoU) of those that belong together."""
    near = [
        (a, b, iou)
        for a, b in _neighbours(drawn, proposed)
        if (iou := overlap(drawn[a], proposed[b])) >= LEAST_IOU
    ]
    if not near:
        return []
    a, b, overlaps = (np.array(column) for column in zip(*near, strict=True))
    count = len(drawn) + len(proposed)
    graph = coo_array((np.ones(len(a), bool), (a, b + len(drawn))), shape=(count, count))
    group = connected_components(graph, directed=False)[1][a]
    return [
        pair for of_group in _groups(group) for pair in _best(a[of_group], b[of_group], overlaps[of_group])
    ]


def overlap(one: SegmentedObject, other: SegmentedObject) -> float:
    """Intersection over union of their pixels."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if left >= right or top >= bottom:
        return 0.0
    cuts = (s.mask[top - s.y : bottom - s.y, left - s.x : right - s.x] for s in (one, other))
    common = int(np.logical_and(*cuts).sum())
    return common / (one.area + other.area - common)


def _neighbours(
    drawn: Sequence[SegmentedObject], proposed: Sequence[SegmentedObject]
) -> Iterator[tuple[int, int]]:
    """Pairs whose boxes lie in one cell, each once."""
    cells: dict[tuple[int, int], list[int]] = {}
    for number, segment in enumerate(proposed):
        for cell in _cells(segment):
            cells.setdefault(cell, []).append(number)
    for number, segment in enumerate(drawn):
        for other in sorted({other for cell in _cells(segment) for other in cells.get(cell, ())}):
            yield number, other


def _cells(segment: SegmentedObject) -> Iterator[tuple[int, int]]:
    for y in range(segment.y // CELL, (segment.y + segment.height - 1) // CELL + 1):
        for x in range(segment.x // CELL, (segment.x + segment.width - 1) // CELL + 1):
            yield x, y


def _groups(group: np.ndarray) -> list[np.ndarray]:
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _best(a: np.ndarray, b: np.ndarray, iou: np.ndarray) -> list[tuple[int, int, float]]:
    """Of pairs that hang together, those whose IoUs add up to the most."""
    (rows, row), (columns, column) = (np.unique(side, return_inverse=True) for side in (a, b))
    matrix = np.zeros((len(rows), len(columns)))
    matrix[row, column] = iou
    chosen = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
    return [(int(rows[r]), int(columns[c]), float(matrix[r, c])) for r, c in chosen if matrix[r, c]]


def _by_unit(scans: Sequence[ScanObjects], pairs: list[list[tuple[int, int, float]]]) -> np.ndarray:
    """(units, 4): drawn, proposed, pairs, sum of their IoUs, of what is drawn again as one."""
    blocks = blocks_a_side(len(scans))
    counts = np.zeros((len(scans), blocks, blocks, 4))
    for number, (scan, of_scan) in enumerate(zip(scans, pairs, strict=True)):
        partner = {b: a for a, b, _ in of_scan}
        for segment, _ in scan.drawn:
            counts[(number, *block_of(segment, scan, blocks), 0)] += 1
        for place, (segment, _) in enumerate(scan.proposed):
            own = scan.drawn[partner[place]][0] if place in partner else segment
            counts[(number, *block_of(own, scan, blocks), 1)] += 1
        for a, _, iou in of_scan:
            counts[(number, *block_of(scan.drawn[a][0], scan, blocks))][2:] += (1, iou)
    return counts.reshape(-1, 4)


def blocks_a_side(scans: int) -> int:
    """Into how many parts a side a scan is cut that are drawn again: 1 where whole scans are."""
    return 1 if scans >= FEWEST_SCANS else BLOCKS


def block_of(segment: SegmentedObject, scan: ScanObjects, blocks: int) -> tuple[int, int]:
    """Row and column of the part of the scan in which its middle lies."""
    y, x = segment.y + segment.height / 2, segment.x + segment.width / 2
    return min(int(y * blocks / scan.height), blocks - 1), min(int(x * blocks / scan.width), blocks - 1)


def _figures(counts: np.ndarray) -> np.ndarray:
    """FIGURES of (drawn, proposed, pairs, IoUs), NaN where there is nothing to count."""
    drawn, proposed, pairs, overlaps = counts
    parts, wholes = (pairs, pairs, 2 * pairs, overlaps), (proposed, drawn, drawn + proposed, pairs)
    return np.array([part / whole if whole else np.nan for part, whole in zip(parts, wholes, strict=True)])


def _of_objects(
    scans: Sequence[ScanObjects], pairs: list[list[tuple[int, int, float]]], number: int
) -> dict[str, float | int | None]:
    drawn = sum(taxon == number for scan in scans for _, taxon in scan.drawn)
    proposed = sum(taxon == number for scan in scans for _, taxon in scan.proposed)
    right = [
        iou
        for scan, of_scan in zip(scans, pairs, strict=True)
        for a, b, iou in of_scan
        if scan.drawn[a][1] == scan.proposed[b][1] == number
    ]
    figures = map(plain, _figures(np.array([drawn, proposed, len(right), sum(right)])))
    return {**dict(zip(FIGURES, figures, strict=True)), "drawn": drawn}
