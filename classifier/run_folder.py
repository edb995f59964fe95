"""A model's folder: weights, what they need to be used again, and what is known of them.

model.safetensors   weights
calibrator.safetensors   what novelty and thresholds are measured against
config.json         method, classes in order, tree of taxa, preprocessing, calibration, settings, seed, versions
metrics.json        figures from held-out objects
README.md           the model card, for people
history.jsonl       one line an epoch, of networks
held_out.parquet    what it says of the folds tune and test
split.parquet       object_id, fold

While it trains also checkpoint.pt, which an interrupted training goes on from, and caches.
"""

import json
from pathlib import Path
from typing import Any


class RunFolder:
    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def write_json(self, name: str, content: Any) -> None:
        """Whole or not at all."""
        draft = self.path / f".{name}.draft"
        draft.write_text(json.dumps(content, indent=1))
        draft.replace(self.path / name)

    def read_json(self, name: str) -> Any:
        return json.loads((self.path / name).read_text())

    def write_history(self, epochs: list[dict]) -> None:
        draft = self.path / ".history.draft"
        draft.write_text("".join(json.dumps(epoch) + "\n" for epoch in epochs))
        draft.replace(self.path / "history.jsonl")

    def read_history(self) -> list[dict]:
        path = self.path / "history.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
