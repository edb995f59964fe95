"""The kinds of traits, for the site and the library, and traits as a classifier sees them.

Their labels have gaps, because few objects have one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import pyarrow as pa


class TraitKind(StrEnum):
    """What a trait's value is. All but the last three are chosen from a list; free text is not learnt."""

    label: str  # for people

    FLAG = "flag", "yes or no"
    ONE = "one", "one of several"
    SEVERAL = "several", "several of several"
    ORDINAL = "ordinal", "one of several, in an order"
    COUNT = "count", "a count"
    MEASURE = "measure", "a measure"
    TEXT = "text", "free text"

    def __new__(cls, value: str, label: str = "") -> Self:
        kind = str.__new__(cls, value)
        kind._value_, kind.label = value, label
        return kind

    @property
    def is_chosen(self) -> bool:
        return self in (TraitKind.FLAG, TraitKind.ONE, TraitKind.SEVERAL, TraitKind.ORDINAL)

    @property
    def is_number(self) -> bool:
        return self in (TraitKind.COUNT, TraitKind.MEASURE)

    @property
    def arrow_type(self) -> pa.DataType:
        """Of a value in Parquet: a list of choices, a number, or a choice or text."""
        if self == TraitKind.SEVERAL:
            return pa.list_(pa.string())
        return pa.float64() if self.is_number else pa.string()


def column_name(key: str) -> str:
    """Of a trait's values in manifests and predictions."""
    return f"trait_{key}"


def column(key: str, kinds: Iterable[str]) -> pa.Field:
    """Of the values of traits with one key, of those kinds: where their types differ, it holds texts."""
    types = {TraitKind(kind).arrow_type for kind in kinds}
    return pa.field(column_name(key), types.pop() if len(types) == 1 else pa.string())


@dataclass(frozen=True)
class Trait:
    """`choices` are keys, in order; empty for numbers. A flag has the choices `yes` and `no`."""

    key: str
    kind: str  # a TraitKind
    choices: tuple[str, ...] = ()
    name: str = ""

    @property
    def is_number(self) -> bool:
        return TraitKind(self.kind).is_number

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
        if self.kind != TraitKind.SEVERAL:
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
