import numpy as np
import pytest
import torch

from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation.unet import apply
from classifier.segmentation.unet.apply import seen_objects, seen_scan
from classifier.segmentation.unet.network import SEEN, Unet, UnetShape, organism_bytes
from classifier.segmentation.unet.network_input import SeenScan
from tests.classifier.segmentation.unet.scans import drawn_scan


class Drawn:
    """A scan in memory, as the network reads scans."""

    light = np.array([200], np.float32)

    def __init__(self, grey: np.ndarray):
        self.grey = grey[..., None]
        self.height, self.width = grey.shape

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        assert x >= 0 and y >= 0 and x + width <= self.width and y + height <= self.height
        return self.grey[y : y + height, x : x + width]


def random_network(**shape: int) -> Unet:
    torch.manual_seed(1)
    network = Unet(UnetShape(channels=1, classes=3, width=4, **shape)).eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(layer.running_mean, 0, 0.1)
    torch.nn.init.normal_(network.head.weight, 0, 2)  # answers that differ
    return network


@pytest.mark.parametrize(
    "shape", [{"levels": 3, "stride": 1}, {"levels": 2, "stride": 2}, {"levels": 3, "stride": 2}]
)
def test_tiles_of_any_size_see_the_same(shape):
    network, scan = random_network(**shape), Drawn(drawn_scan(3, 150)[0])
    by_tile = {}
    for tile in (16, 40, 160):
        with seen_scan(network, scan, tile=tile) as maps:
            by_tile[tile] = [np.array(values, int) for values in (maps.organism, maps.seam)]
    for tile in (16, 40):
        for one, other in zip(by_tile[tile], by_tile[160], strict=True):
            assert np.abs(one - other).max() <= 1
    assert np.ptp(by_tile[160][0]) > 10


def test_what_was_seen_before_it_was_killed_is_not_looked_at_again(tmp_path):
    network, scan, steps = random_network(levels=2, stride=2), Drawn(drawn_scan(3, 150)[0]), []

    def dies_at_the_third(done: int, total: int) -> None:
        steps.append(done)
        if done == 3:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        seen_scan(network, scan, tile=40, resumable=tmp_path, on_tile=dies_at_the_third),
    ):
        pass
    with seen_scan(
        network, scan, tile=40, resumable=tmp_path, on_tile=lambda done, total: steps.append(done)
    ) as maps:
        resumed = np.array(maps.organism)
    assert steps == list(range(1, len(steps) + 1))
    with seen_scan(network, scan, tile=40) as maps:
        assert (maps.organism == resumed).all()


def test_nothing_beyond_its_reach_counts():
    network = random_network(levels=3, stride=2)
    reach = network.shape.reach
    side = network.shape.rounded(2 * reach + 64)
    pictures = torch.randn(1, 1, side, side)
    others = pictures.clone()
    others[..., : side // 2 - reach] += torch.randn(1, 1, side, side // 2 - reach)
    with torch.inference_mode():
        one, other = (network(each)[..., side // 2 :] for each in (pictures, others))
    assert torch.allclose(one, other, atol=1e-5)
    assert not torch.allclose(
        network(pictures)[..., : side // 2], network(others)[..., : side // 2], atol=1e-2
    )


def test_a_seam_parts_what_it_sees_as_one():
    organism = np.zeros((40, 60), np.uint8)
    organism[10:30, 5:50] = 255
    seam = np.zeros_like(organism)
    seam[10:30, 26:29] = 250
    taxon = np.where(np.arange(60) < 27, 1, 2).astype(np.uint8) * np.ones((40, 1), np.uint8)
    objects = list(seen_objects(SeenScan(organism, seam, taxon), SegmentationRecipe(least_area_px=10)))
    assert [one.taxon for one in objects] == [1, 2]
    assert sum(one.segment.area for one in objects) == 20 * 45
    assert [one.segment.y for one in objects] == [10, 10] and objects[0].score == 1


def test_what_is_small_or_cut_off_is_left_out():
    organism = np.zeros((40, 60), np.uint8)
    organism[0:12, 5:20] = organism[20:24, 20:24] = organism[25:35, 30:45] = 255
    result = SeenScan(organism, np.zeros_like(organism), np.ones_like(organism))
    boxes = [one.segment.box for one in seen_objects(result, SegmentationRecipe(least_area_px=20))]
    assert boxes == [(30, 25, 15, 10)]
    at_border = [
        one.segment.box
        for one in seen_objects(result, SegmentationRecipe(least_area_px=10, keep_border=True))
    ]
    assert at_border == [(5, 0, 15, 12), (20, 20, 4, 4), (30, 25, 15, 10)]


def test_holes_are_filled_and_told_from_the_body():
    organism = np.zeros((40, 40), np.uint8)
    organism[5:20, 5:20] = 255
    organism[10:13, 10:13] = 0
    result = SeenScan(organism, np.zeros_like(organism), np.ones_like(organism))
    (one,) = seen_objects(result, SegmentationRecipe(least_area_px=10))
    assert one.segment.area == 225 and one.segment.body.sum() == 225 - 9


def test_what_is_larger_than_any_object_is_passed_over(monkeypatch):
    organism = np.zeros((40, 40), np.uint8)
    organism[5:20, 5:20] = organism[25:30, 25:30] = 255
    result = SeenScan(organism, np.zeros_like(organism), np.ones_like(organism))
    monkeypatch.setattr(apply, "MOST_AREA_PX", 100)
    boxes = [one.segment.box for one in seen_objects(result, SegmentationRecipe(least_area_px=10))]
    assert boxes == [(25, 25, 5, 5)]


def test_a_pixel_is_an_organism_where_taxa_together_are_likelier_than_the_background():
    shares = torch.tensor(
        [[0.4, 0.51, 0.5], [0.35, 0.25, 0.25], [0.25, 0.24, 0.25]]
    )  # no taxon is the likeliest
    assert (organism_bytes(shares.log()[:, None]) >= SEEN).tolist() == [[True, False, True]]
