"""What goes in and comes out, as dataclasses that travel as JSON."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from classifier.contract.backbones import suited_side
from classifier.contract.settings import TrainSettings


@dataclass(frozen=True)
class Message:
    """A dataclass with JSON both ways."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError for fields that the message doesn't have."""
        values = json.loads(text)
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"{cls.__name__} has no {', '.join(sorted(unknown))}.")
        return cls(**values)


@dataclass(frozen=True)
class TrainRequest(TrainSettings, Message):
    """A training: how it is made (settings.py), from what, and where to."""

    manifest: str  # a Parquet file, see manifest.py
    out: str  # becomes the model's folder
    start_from: str = field(default="", kw_only=True)  # folder of a model whose backbone goes on learning

    @property
    def side(self) -> int:
        """Pixels a side that pictures are brought to."""
        looks = self.method == "network" or self.pretrained or self.start_from
        return self.image_size or suited_side(self.backbone if looks else "")

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
