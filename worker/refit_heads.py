"""The last heads of a project, as bytes in its row: where the next fit starts from."""

import io
from dataclasses import dataclass

import numpy as np

from classifier.refit.head import Array, Head
from classifier.refit.refitting import Choice

GROWN = 1.5  # times as many labels as then: strength and temperature are chosen anew


@dataclass(frozen=True)
class KeptHead:
    head: Head
    taxa: Array  # (C,)
    method: str
    choice: Choice
    labels: int  # by which it was made

    def start(self, taxa: Array, method: str) -> Head | None:
        """For today's taxa; None where another kind of head is fitted now."""
        if self.method != method:
            return None
        place = {int(taxon): number for number, taxon in enumerate(self.taxa)}
        return self.head.of_classes(np.array([place.get(int(taxon), -1) for taxon in taxa]))

    def choice_for(self, method: str, labels: int) -> Choice | None:
        """None where it is to be made anew."""
        return self.choice if self.method == method and labels < GROWN * self.labels else None


def packed(heads: dict[str, KeptHead]) -> bytes:
    arrays: dict[str, Array] = {}
    for name, kept in heads.items():
        numbers = np.array([kept.head.trust, kept.choice.strength, kept.choice.temperature, kept.labels])
        parts = (kept.head.weight, kept.head.bias, kept.taxa, np.array(kept.method), numbers)
        arrays |= {f"{name}.{number}": part for number, part in enumerate(parts)}
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def unpacked(data: bytes | memoryview) -> dict[str, KeptHead]:
    if not data:
        return {}
    with np.load(io.BytesIO(bytes(data)), allow_pickle=False) as arrays:
        names = {key.rpartition(".")[0] for key in arrays.files}
        return {name: _kept(*(arrays[f"{name}.{number}"] for number in range(5))) for name in names}


def _kept(weight: Array, bias: Array, taxa: Array, method: Array, numbers: Array) -> KeptHead:
    trust, strength, temperature, labels = map(float, numbers)
    choice = Choice(strength, temperature)
    return KeptHead(Head(weight, bias, trust, temperature), taxa, str(method), choice, int(labels))
