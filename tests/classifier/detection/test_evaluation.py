import math

import numpy as np
import pytest

from classifier.detection.apply import Detections
from classifier.detection.evaluation import (
    MeasuredFrame,
    average_precision,
    best_score,
    detection_figures,
    partners,
    ranked_boxes,
)
from classifier.detection.frames import LearningFrame
from classifier.segmentation.unet.windows import PixelArray


def frame_of(boxes, classes=None) -> LearningFrame:
    scan = PixelArray(np.zeros((200, 200, 1), np.uint8), np.zeros(1, np.float32))
    array = np.array(boxes, np.float32).reshape(-1, 4)
    return LearningFrame("f", scan, array, np.array(classes or [0] * len(array), int), None, True)


def proposals(boxes, scores, classes=None) -> Detections:
    array = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(array, np.array(scores, float), np.array(classes or [0] * len(array), int))


DRAWN = [(0, 0, 10, 10), (50, 0, 60, 10), (100, 100, 120, 120), (0, 150, 30, 190)]
PROPOSED = [(50, 0, 60, 9), (150, 150, 160, 160), (0, 0, 10, 10), (1, 0, 10, 10), (100, 100, 119, 120)]
SCORES = [0.9, 0.8, 0.7, 0.6, 0.5]


def test_each_drawn_box_is_met_once():
    assert partners(np.array(DRAWN, np.float32), proposals(PROPOSED, SCORES)) == [1, -1, 0, -1, 2]


def test_the_average_precision_is_the_area_under_the_curve():
    ranked = ranked_boxes([MeasuredFrame(frame_of(DRAWN), proposals(PROPOSED, SCORES))])
    # three of four are met, at precisions 1, 2/3 and 3/5
    assert average_precision(ranked) == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)
    perfect = ranked_boxes([MeasuredFrame(frame_of(DRAWN), proposals(DRAWN, [0.5] * 4))])
    assert average_precision(perfect) == 1
    nothing = ranked_boxes([MeasuredFrame(frame_of([]), proposals(PROPOSED, SCORES))])
    assert math.isnan(average_precision(nothing))
    assert average_precision(ranked_boxes([MeasuredFrame(frame_of(DRAWN), proposals([], []))])) == 0


def test_the_score_with_the_best_f1_is_chosen():
    ranked = ranked_boxes([MeasuredFrame(frame_of(DRAWN), proposals(PROPOSED, SCORES))])
    assert best_score(ranked) == 0.5  # F1 2/5, 1/3, 4/7, 1/2, 2/3
    assert best_score(ranked_boxes([MeasuredFrame(frame_of(DRAWN), proposals([], []))])) == 0.5
    alike = proposals([DRAWN[0], PROPOSED[1], PROPOSED[1]], [0.4] * 3)
    assert best_score(ranked_boxes([MeasuredFrame(frame_of(DRAWN[:1]), alike)])) == 0.4


def test_figures_of_boxes_and_their_classes():
    measured = [MeasuredFrame(frame_of(DRAWN, [0, 0, 1, 1]), proposals(PROPOSED, SCORES, [0, 0, 1, 0, 1]))]
    figures = detection_figures(measured, ["Copepoda", "Noctiluca"], 0.65)
    assert (figures["precision"], figures["recall"]) == (2 / 3, 2 / 4)
    assert figures["f1"] == pytest.approx(4 / 7)
    low, high = figures["intervals"]["average_precision"]
    assert figures["average_precision"] == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)
    assert low < figures["average_precision"] < high
    copepods, noctiluca = figures["classes"]["Copepoda"], figures["classes"]["Noctiluca"]
    assert (copepods["recall"], noctiluca["recall"]) == (1 / 2, 0)
    assert copepods["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert noctiluca["average_precision"] == pytest.approx(1 / 2 * 1 / 2)


@pytest.mark.parametrize("proposed", [proposals([], []), proposals(PROPOSED, SCORES)])
def test_a_held_out_scan_with_nothing_on_it_has_figures_too(proposed):
    figures = detection_figures([MeasuredFrame(frame_of([]), proposed)], ["organism"], 0.65)
    assert (figures["recall"], figures["average_precision"], figures["drawn"]) == (None, None, 0)
    assert figures["precision"] == (0 if len(proposed.boxes) else None)
    assert figures["intervals"]["recall"] is None
