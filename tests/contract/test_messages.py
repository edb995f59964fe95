import pytest

from classifier.contract.messages import TrainRequest, TrainResult


@pytest.mark.parametrize("message", [TrainRequest, TrainResult])
def test_messages_travel_as_json(message):
    assert message.from_json(message.example().to_json()) == message.example()
    with pytest.raises(ValueError, match="has no surprise"):
        message.from_json('{"surprise": 1}')
