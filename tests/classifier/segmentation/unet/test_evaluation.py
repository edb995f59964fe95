import numpy as np
import pytest

from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.unet.evaluation import (
    ScanObjects,
    matched,
    object_figures,
    overlap,
    pixel_confusion,
    pixel_figures,
)


def square(x: int, y: int, width: int, height: int) -> SegmentedObject:
    return SegmentedObject(x, y, np.ones((height, width), bool))


def test_the_pairs_with_the_most_in_common_are_made():
    drawn = [square(0, 0, 10, 10), square(10, 0, 10, 10), square(300, 300, 10, 10)]
    proposed = [square(0, 0, 10, 9), square(9, 0, 11, 10), square(0, 0, 10, 6), square(300, 300, 30, 30)]
    pairs = matched(drawn, proposed)
    assert [(a, b) for a, b, _ in pairs] == [(0, 0), (1, 1)]
    assert [iou for _, _, iou in pairs] == pytest.approx([0.9, 10 / 11])
    assert overlap(square(0, 0, 4, 4), square(10, 10, 4, 4)) == 0
    assert matched(drawn, []) == matched([], proposed) == []


def test_a_choice_that_leaves_one_alone_is_not_made():
    one, other = square(0, 0, 100, 1), square(0, 0, 60, 1)
    wide, narrow = square(0, 0, 75, 1), square(0, 0, 52, 1)
    assert sorted((a, b) for a, b, _ in matched([one, other], [wide, narrow])) == [(0, 0), (1, 1)]


def test_figures_of_objects_and_their_classes():
    drawn = [(square(20 * k, 20, 10, 10), 1 + k % 2) for k in range(10)]
    proposed = [*[(segment, 1) for segment, _ in drawn[:8]], (square(0, 150, 10, 10), 2)]
    figures = object_figures([ScanObjects(200, 200, drawn, proposed)], ["Copepoda", "Noctiluca"])
    assert (figures["precision"], figures["recall"]) == (8 / 9, 8 / 10)
    assert figures["f1"] == pytest.approx(16 / 19) and figures["mean_iou"] == 1
    low, high = figures["intervals"]["f1"]
    assert low < figures["f1"] < high
    copepods, noctiluca = figures["classes"]["Copepoda"], figures["classes"]["Noctiluca"]
    assert (copepods["precision"], copepods["recall"], copepods["drawn"]) == (4 / 8, 4 / 5, 5)
    assert (noctiluca["precision"], noctiluca["recall"], noctiluca["mean_iou"]) == (0, 0, None)


def test_figures_of_pixels():
    drawn = np.array([[0, 0, 1, 1], [0, 2, 2, 255]], np.uint8)
    predicted = np.array([[0, 1, 1, 1], [0, 1, 2, 2]], np.uint8)
    matrix = pixel_confusion([(drawn[:1], predicted[:1]), (drawn[1:], predicted[1:])], 3)
    assert matrix.tolist() == [[2, 1, 0], [0, 2, 0], [0, 1, 1]]
    figures = pixel_figures(matrix, ["a", "b"])
    assert figures["accuracy"] == 5 / 7 and figures["iou"] == 4 / 5 and figures["dice"] == 8 / 9
    assert figures["classes"]["a"] == {"precision": 0.5, "recall": 1, "f1": 2 / 3, "iou": 0.5}
    assert figures["classes"]["b"] == {"precision": 1, "recall": 0.5, "f1": 2 / 3, "iou": 0.5}
