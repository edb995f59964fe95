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
    backbone: str = "mobilenet_v3_small"
    image_size: int = 96  # pixels a side
    epochs: int = 0  # 0: as many as the size of the learning set asks for
    batch_size: int = 64
    seed: int = 0
    pretrained: bool = False
    device: str = "auto"
    held_out: float = 0.2  # share of the objects, in whole samples where there are enough
    logit_adjustment: float = 0.5
    threads: int = 0  # 0: all cores
    baseline: bool = True  # a random forest on region measurements beside the network

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
