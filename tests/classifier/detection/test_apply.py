import numpy as np
import pytest
import torch

from classifier.contract.errors import Cancelled
from classifier.detection.apply import detected
from classifier.detection.overlaps import overlap, surest
from classifier.detection.retinanet.network import Detector, DetectorShape
from tests.classifier.detection.drawn import learning_frame

SIZES = ((8.0, 12.0), (16.0, 20.0), (28.0, 36.0))


def random_network(**changes) -> Detector:
    """One whose answers differ from place to place."""
    torch.manual_seed(1)
    facts = {"backbone": "compact_resnet", "channels": 1, "classes": 2, "width": 8, "shrink": 1}
    network = Detector(DetectorShape(**facts | changes, sizes=SIZES, ratios=(1.0,))).eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(layer.running_mean, 0, 0.1)
            torch.nn.init.normal_(layer.weight, 1, 0.1)
    torch.nn.init.normal_(network.head.classification_head.cls_logits.weight, 0, 0.5)
    torch.nn.init.normal_(network.head.regression_head.bbox_reg.weight, 0, 0.05)
    return network


@pytest.mark.parametrize("changes", [{}, {"shrink": 2}])
def test_tiles_of_any_size_propose_the_same(changes):
    network, scan = random_network(**changes), learning_frame(3, width=330, height=230, count=20).scan
    whole = detected(network, scan, tile=512)
    tiles = []
    parts = detected(
        network, scan, tile=96 // network.shape.shrink, on_tile=lambda done, total: tiles.append(total)
    )
    assert len(tiles) == 12 and len(whole.boxes) > 10
    order, other = (np.lexsort(np.rint(each.boxes).T) for each in (whole, parts))
    assert np.allclose(whole.boxes[order], parts.boxes[other], atol=0.05)
    assert np.allclose(whole.scores[order], parts.scores[other], atol=2e-4)
    assert (whole.classes[order] == parts.classes[other]).all()


@pytest.mark.parametrize("backbone", ["compact_resnet", "resnet18"])
def test_nothing_beyond_its_reach_counts(backbone):
    network = random_network(backbone=backbone)
    reach = network.shape.reach
    side = network.shape.rounded(2 * reach)
    pictures = torch.randn(1, 1, 32, side)
    others = pictures.clone()
    others[..., : side - reach] += 5
    middles = network.anchors(32, side, torch.device("cpu"))[:, 0::2].mean(1)
    with torch.inference_mode():
        one, other = (network(each)["cls_logits"][0] for each in (pictures, others))
    is_far, is_near = middles >= side - 16, middles < side - reach
    assert torch.allclose(one[is_far], other[is_far], atol=1e-4)
    assert not torch.allclose(one[is_near], other[is_near], atol=1e-2)


def test_of_boxes_on_each_other_the_surest_stays_wherever_it_lies():
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 400, (300, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 200, (300, 2))], 1)
    scores = rng.random(300).round(2)
    staying = surest(boxes, scores).tolist()
    for place in range(300):
        others = [k for k in staying if k != place and overlap(boxes[place], boxes[k]) > 0.5]
        if place in staying:
            assert not others
        else:
            assert max(scores[k] for k in others) >= scores[place]
    assert (np.diff(scores[staying]) <= 0).all()
    moved = surest(boxes + 1000, scores)
    assert moved.tolist() == staying
    assert surest(np.zeros((0, 4)), np.zeros(0)).tolist() == []


def test_it_proposes_from_the_score_on_that_it_was_judged_by():
    network, scan = random_network(), learning_frame(3, width=330, height=230, count=20).scan
    scores = detected(network, scan).scores
    assert len(scores) > 3
    for score in scores[:4].tolist():
        assert len(detected(network, scan, least_score=score).scores) == (scores >= score).sum()


def test_it_stops_when_asked():
    with pytest.raises(Cancelled):
        detected(random_network(), learning_frame().scan, should_stop=lambda: True)
