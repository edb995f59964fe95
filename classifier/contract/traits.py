"""Traits as a classifier sees them: what kind of value, and labels with gaps, because few objects have one."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

CHOSEN, SEVERAL, NUMBERS = ("flag", "one", "ordinal"), "several", ("count", "measure")


@dataclass(frozen=True)
class Trait:
    """`choices` are keys, in order; empty for numbers. A flag has the choices `yes` and `no`."""

    key: str
    kind: str  # flag, one, ordinal, several, count, measure
    choices: tuple[str, ...] = ()
    name: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def outputs(self) -> int:
        return 1 if self.is_number else len(self.choices)

    def labels(self, column: pa.ChunkedArray) -> np.ndarray:
        """What the manifest has, with gaps: int (N,) of choices with -1, float (N, choices) of `several` with NaN rows,
        float (N,) of numbers with NaN. A choice that the vocabulary does not have is a gap."""
        values = column.to_pylist()
        place = {choice: k for k, choice in enumerate(self.choices)}
        if self.is_number:
            return np.array([np.nan if value is None else float(value) for value in values])
        if self.kind != SEVERAL:
            return np.array([place.get(value, -1) for value in values], np.int64)
        several = np.full((len(values), len(self.choices)), np.nan, np.float32)
        for row, chosen in enumerate(values):
            if chosen is not None:
                several[row] = [choice in chosen for choice in self.choices]
        return several

    def as_json(self) -> dict:
        return {"key": self.key, "kind": self.kind, "choices": list(self.choices), "name": self.name}

    @classmethod
    def from_json(cls, entry: dict) -> "Trait":
        return cls(entry["key"], entry["kind"], tuple(entry["choices"]), entry.get("name", ""))


def is_known(labels: np.ndarray) -> np.ndarray:
    """(N,) bool: where a trait has a label."""
    if labels.dtype.kind == "i":
        return labels >= 0
    return np.isfinite(labels if labels.ndim == 1 else labels[:, 0])
