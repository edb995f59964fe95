"""What a picture is varied by keeps what taxa differ by."""

import numpy as np
import torch

from classifier.pretraining.views import ZOOM, drawn
from classifier.training.augment import augment

SIDE, COUNT = 64, 200


def bars() -> torch.Tensor:
    """(N, 1, S, S): a dark bar of 32 × 8 pixels on light."""
    pictures = torch.full((COUNT, 1, SIDE, SIDE), 0.9)
    pictures[:, :, 28:36, 16:48] = 0.1
    return pictures


def principal_lengths(picture: np.ndarray) -> tuple[float, float]:
    """Standard deviations in pixels along the dark shape's two axes, the longer first."""
    darkness = np.maximum(np.median(picture) - picture, 0)
    darkness[darkness < 0.5 * darkness.max()] = 0
    weight = darkness / darkness.sum()
    y, x = np.mgrid[:SIDE, :SIDE]
    centred = np.stack([y - (weight * y).sum(), x - (weight * x).sum()]).reshape(2, -1)
    values = np.linalg.eigvalsh(np.cov(centred, aweights=weight.ravel(), ddof=0))
    return float(values[1] ** 0.5), float(values[0] ** 0.5)


def test_size_and_proportions_stay_within_the_zoom():
    chances = drawn(COUNT, SIDE, torch.Generator().manual_seed(0))
    chances.hole.zero_()  # a hole takes some of the shape away, which says nothing of its proportions
    chances.noise.zero_()
    views = augment(bars(), chances)[:, 0].numpy()
    long, short = principal_lengths(bars()[0, 0].numpy())
    for picture in views:
        found_long, found_short = principal_lengths(picture)
        assert 0.95 * ZOOM[0] * long < found_long < 1.05 * ZOOM[1] * long
        assert 0.85 < (found_long / found_short) / (long / short) < 1.15  # blur and pixels


def test_turns_have_any_angle_and_both_sides():
    chances = drawn(2000, 2, torch.Generator().manual_seed(0))
    sectors = torch.histc(chances.angle, 8, 0, 2 * torch.pi)
    assert sectors.min() > 150
    assert 0.4 < float((chances.flip > 0).float().mean()) < 0.6


def test_the_same_seed_gives_the_same_view_and_two_views_differ():
    generator = torch.Generator().manual_seed(5)
    first, second = (augment(bars()[:4], drawn(4, SIDE, generator)) for _ in range(2))
    again = augment(bars()[:4], drawn(4, SIDE, torch.Generator().manual_seed(5)))
    assert torch.equal(first, again)
    assert not torch.allclose(first, second)
    assert first.shape == (4, 1, SIDE, SIDE)
    assert first.min() >= 0
    assert first.max() <= 1
