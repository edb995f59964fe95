"""Features from a dictionary of patches."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from classifier.methods.patches import (
    PatchDictionary,
    learn_dictionary,
    normalised,
    resized,
    some_patches,
    turned,
)

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def pictures(shapes):
    return shapes.pictures.at(shapes.train)


@pytest.fixture(scope="module")
def patches(pictures) -> PatchDictionary:
    return learn_dictionary(pictures, 0, CPU)


def small_ones(pictures: np.ndarray) -> torch.Tensor:
    return resized(torch.from_numpy(pictures)[:, None].float() / 255, 16)


def test_a_pixel_of_a_smaller_picture_is_the_mean_of_what_it_covers():
    grey = torch.rand(2, 1, 48, 48, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(resized(grey, 16), F.avg_pool2d(grey, 3), atol=1e-6)
    assert torch.allclose(resized(grey, 36).mean((2, 3)), grey.mean((2, 3)), atol=1e-6)
    assert torch.allclose(resized(grey, 96), F.interpolate(grey, size=96), atol=1e-6)


def test_the_same_seed_gives_the_same_patches(pictures, patches):
    again, other = learn_dictionary(pictures, 0, CPU), learn_dictionary(pictures, 1, CPU)
    assert torch.equal(again.scales[16].centroids, patches.scales[16].centroids)
    assert not torch.equal(other.scales[16].centroids, patches.scales[16].centroids)


def test_normalising_takes_brightness_and_contrast_away():
    some = torch.rand(5, 36, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(normalised(some * 0.5 + 0.3), normalised(some), atol=0.1)
    assert normalised(torch.full((1, 36), 0.9)).abs().max() < 1e-5, "an even background says nothing"


def test_whitened_patches_have_no_direction_louder_than_another(pictures, patches):
    result = patches.scales[16]
    small = small_ones(pictures)[:, 0].numpy()
    some = normalised(torch.from_numpy(some_patches(small, np.random.default_rng(0))))
    white = (turned(some).flatten(0, 1) - result.mean) @ result.whiten
    assert torch.linalg.eigvalsh(white.T @ white / len(white)).max() < 1.1


def test_what_is_told_does_not_hang_on_who_stands_beside(pictures, patches):
    together = patches(pictures[:10])
    assert together.shape == (10, patches.width)
    assert np.allclose(together[7], patches(pictures[7:8])[0], atol=1e-5)
    assert patches(pictures[:0]).shape == (0, patches.width)


def test_it_travels_as_tensors(pictures, patches):
    again = PatchDictionary.built(patches.as_json(), patches.tensors(), CPU)
    assert np.array_equal(again(pictures[:3]), patches(pictures[:3]))


def test_shapes_are_told_apart(shapes, patches):
    """The nearest of the others is mostly of one's own kind."""
    descriptors = patches(shapes.pictures.at(np.arange(60)))
    distance = np.linalg.norm(descriptors[:, None] - descriptors[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    labels = shapes.labels[:60]
    assert (labels[distance.argmin(1)] == labels).mean() > 0.9


def test_turning_and_mirroring_a_picture_change_nothing(pictures, patches):
    expected = patches(pictures[:6])
    for k in range(4):
        assert np.allclose(patches(np.rot90(pictures[:6], k, (1, 2))), expected, atol=1e-4)
        assert np.allclose(patches(np.rot90(pictures[:6, ::-1], k, (1, 2))), expected, atol=1e-4)


def test_a_patch_can_be_turned_eight_ways():
    patch = torch.arange(36.0)
    ways = {tuple(way.tolist()) for way in turned(patch[None])[0]}
    expected = [
        np.rot90(one, k) for one in (patch.view(6, 6).numpy(), patch.view(6, 6).numpy().T) for k in range(4)
    ]
    assert ways == {tuple(one.flatten().tolist()) for one in expected}
    assert len(ways) == 8


def test_the_triangle_is_what_the_paper_says(pictures, patches):
    """Distance by distance, over two rings of one picture."""
    grey = small_ones(pictures[:1])
    scale = patches.scales[16]
    pieces = F.unfold(grey, 6)[0].T
    centroids = turned(scale.centroids).flatten(0, 1)
    distance = torch.cdist((normalised(pieces) - scale.mean) @ scale.whiten, centroids)
    near = (distance.mean(1, keepdim=True) - distance).clamp(min=0).view(-1, 5, 8)
    along = torch.arange(11) - 5.0
    radius = torch.hypot(along[:, None], along[None]).flatten() / 8
    # means of three rings and of the deviation, then deviations of those
    features = scale(grey)[0].view(8, 5)
    assert torch.allclose(features[0], near[radius < 0.35].mean((0, 2)), atol=1e-4)
    assert torch.allclose(features[2], near[radius >= 0.7].mean((0, 2)), atol=1e-4)
    assert torch.allclose(features[3], near.std(0, unbiased=False).mean(1), atol=1e-3)
    assert torch.allclose(features[4], near[radius < 0.35].mean(0).std(1, unbiased=False), atol=1e-3)
