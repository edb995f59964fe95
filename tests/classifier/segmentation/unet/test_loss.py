import numpy as np
import pytest
import torch

from classifier.segmentation.unet.loss import UNLABELLED, class_weights, dice_loss, segmentation_loss
from classifier.segmentation.unet.patches import seams_of


def test_what_is_right_costs_less_and_what_nobody_labelled_nothing():
    classes = torch.tensor([[[0, 0, 1], [0, 2, UNLABELLED]]])
    seams = torch.zeros_like(classes, dtype=torch.bool)
    right = torch.cat(
        [
            10.0 * torch.nn.functional.one_hot(classes % UNLABELLED, 3).movedim(-1, 1),
            -10 * torch.ones(1, 1, 2, 3),
        ],
        1,
    )
    weights = torch.ones(3)
    least = segmentation_loss(right, classes, seams, weights, 0.5)
    assert least < 0.01 < segmentation_loss(right.roll(1, 1), classes, seams, weights, 0.5)
    elsewhere = right.clone()
    elsewhere[..., 1, 2] = torch.randn(4)
    assert segmentation_loss(elsewhere, classes, seams, weights, 0.5) == pytest.approx(float(least))
    nothing = torch.full_like(classes, UNLABELLED)
    assert segmentation_loss(right, nothing, seams, weights, 0.5).isfinite()


def test_dice_of_half_an_organism():
    classes = torch.tensor([[[1] * 50 + [0] * 50]])
    logit = torch.tensor([[0.0] * 25 + [50.0] * 25 + [0.0] * 50])
    logits = torch.stack([50 - logit, logit])[None, :, :]
    assert float(dice_loss(logits, classes, classes < UNLABELLED)) == pytest.approx(1 - 51 / 76, abs=1e-4)


def test_weights_of_rare_classes_are_bounded():
    assert class_weights(np.array([1000, 250, 1, 0])).tolist() == [1, 2, 8, 8]


def test_seams_lie_where_two_organisms_touch():
    ids = torch.zeros(1, 9, 20)
    ids[:, 2:7, 2:10], ids[:, 2:7, 10:18] = 1, 2
    columns = seams_of(ids)[0].any(0).nonzero().ravel().tolist()
    assert columns == [8, 9, 10, 11]
    assert not seams_of(ids.clamp(max=1)).any()
