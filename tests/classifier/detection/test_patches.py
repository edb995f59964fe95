import numpy as np
import pytest
import torch

from classifier.contract.detection import DetectorSettings
from classifier.detection.patches import BoxPatchSource, cut_window, patch_boxes, turned
from classifier.detection.retinanet.anchors import anchor_ratios, anchor_sizes, suited_shrink
from classifier.detection.retinanet.loss import PatchBoxes, matches
from tests.classifier.detection.drawn import learning_frame


@pytest.mark.parametrize("flips", range(8))
def test_boxes_turn_with_their_pixels(flips):
    pixels, boxes = torch.zeros(1, 1, 32, 32), np.array([[3, 5, 10, 20]], np.float32)
    pixels[0, 0, 5:20, 3:10] = 1
    pixels, boxes = turned(pixels, boxes, np.array([flips & 1, flips & 2, flips & 4], bool))
    left, top, right, bottom = boxes[0].astype(int)
    assert pixels[0, 0, top:bottom, left:right].all() and pixels.sum() == 7 * 15


def test_a_patch_hangs_on_its_number_alone_and_its_boxes_lie_on_objects():
    frame = learning_frame(1)
    settings = DetectorSettings(batch_size=3, light=0, noise=0)
    source = BoxPatchSource([frame], settings, 64, 1)
    for number in range(6):
        patch, again = source.patch(number), BoxPatchSource([frame], settings, 64, 1).patch(number)
        assert torch.equal(patch.pixels, again.pixels)
        assert torch.equal(patch.drawn[0].boxes, again.drawn[0].boxes)
        for box, within in zip(patch.drawn[0].boxes.tolist(), patch.drawn[0].within.tolist(), strict=True):
            if within:
                x, y = (int((box[k] + box[k + 2]) / 2) for k in (0, 1))
                assert abs(patch.pixels[0, 0, y, x]) > 0.5  # not the background
    batch = source.batch(1)
    assert batch.pixels.shape == (3, 1, 64, 64) and torch.equal(batch.pixels[:1], source.patch(3).pixels)


def test_a_window_beyond_the_scan_is_scaled_with_its_boxes():
    frame = learning_frame(1)
    pixels, boxes = cut_window(frame, -20, -20, 80, 40)
    assert pixels.shape == (1, 1, 40, 40)
    assert np.allclose(boxes, (frame.boxes + 20) / 2)


def test_nothing_is_learnt_where_a_box_is_cut():
    boxes = np.array([[10, 10, 20, 20], [-18, 0, 8, 10], [100, 100, 120, 120]], np.float32)
    patch = patch_boxes(boxes, np.array([0, 1, 0]), 64, 1)
    assert patch.within.tolist() == [True, False] and patch.labels.tolist() == [0, 1]
    anchors = torch.tensor([[10.0, 10, 20, 20], [-18, 0, 8, 10], [40, 40, 60, 60], [10, 10, 20, 14.5]])
    assert matches(anchors, patch).tolist() == [0, -2, -1, -2]
    nothing = PatchBoxes(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), torch.zeros(0, dtype=bool))
    assert matches(anchors, nothing).tolist() == [-1] * 4


def test_anchors_are_as_large_as_what_people_drew():
    rng = np.random.default_rng(0)
    sides = np.exp(rng.uniform(np.log(60), np.log(400), 500))
    boxes = np.stack([0 * sides, 0 * sides, sides * 2, sides / 2], 1)
    sizes = np.array(anchor_sizes(boxes)).ravel()
    assert 55 < sizes[0] < 75 and 340 < sizes[-1] < 410 and (np.diff(sizes) > 0).all()
    assert anchor_ratios(boxes) == (0.25, 1.0, 4.0)
    assert suited_shrink(boxes) == 5 and suited_shrink(boxes / 100) == 1
