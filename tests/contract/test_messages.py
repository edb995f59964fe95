import pytest

from classifier.contract.detection import DetectorRequest, DetectorResult
from classifier.contract.messages import TrainRequest, TrainResult


@pytest.mark.parametrize(
    ("settings", "side"),
    [
        ({}, 48),
        ({"image_size": 80}, 80),
        ({"backbone": "resnet18"}, 96),
        ({"method": "features"}, 96),  # of patches, whatever network is named
        ({"method": "features", "start_from": "a compact network"}, 48),
        ({"method": "features", "backbone": "resnet18", "pretrained": True}, 96),
    ],
)
def test_pictures_are_as_large_as_what_looks_at_them_likes(settings, side):
    assert TrainRequest("set", "out", **settings).side == side


@pytest.mark.parametrize("message", [TrainRequest, TrainResult, DetectorRequest, DetectorResult])
def test_messages_travel_as_json(message):
    assert message.from_json(message.example().to_json()) == message.example()
    with pytest.raises(ValueError, match="has no surprise"):
        message.from_json('{"surprise": 1}')
