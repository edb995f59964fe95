"""What goes in and comes out, as dataclasses that travel as JSON."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


class Message:
    """A dataclass with JSON both ways."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError for fields that the message doesn't have."""
        given = json.loads(text)
        unknown = set(given) - {f.name for f in fields(cls)}  # type: ignore[arg-type]
        if unknown:
            raise ValueError(f"{cls.__name__} has no {', '.join(sorted(unknown))}.")
        return cls(**given)


@dataclass(frozen=True)
class TrainRequest(Message):
    """`manifest` is a Parquet file, see manifest.py; `out` becomes the model's folder."""

    manifest: str
    out: str
    way: str = "network"  # measure, features or network
    backbone: str = "mobilenet_v3_small"  # of a network, or what makes the features
    head: str = (
        ""  # of `measure`: forest or boosting; of `features`: linear or forest; the first if none is named
    )
    image_size: int = 96  # pixels a side
    epochs: int = 0  # 0: as many as the size of the learning set asks for
    batch_size: int = 64
    seed: int = 0
    members: int = 1  # networks that vote, from as many seeds
    start_from: str = ""  # folder of a model whose backbone goes on learning, or stays frozen
    pretrained: bool = False  # start from torchvision's weights
    device: str = "auto"
    held_out: float = 0.2  # share of the objects to measure on, in whole samples where there are enough
    tune: float = 0.1  # share to choose and calibrate by
    logit_adjustment: float = 0.5  # of the training's loss
    balance: float = -1.0  # how far rare taxa are favoured, 0 to 1; below 0: chosen on the fold `tune`
    use_size: bool = True
    learn_traits: bool = True
    threads: int = 0  # 0: all cores
    baseline: bool = True  # a random forest on region measurements beside the network
    learning_curve: bool = True  # what would twice the labels buy

    @classmethod
    def example(cls) -> "TrainRequest":
        return cls("learning_set.parquet", "model", epochs=3)


@dataclass(frozen=True)
class TrainResult(Message):
    model: str
    minutes: float
    metrics: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def example(cls) -> "TrainResult":
        return cls("model", 1.5, {"accuracy": 0.9})
