"""The last heads of a project, as bytes in its row: where the next fit starts from."""

import io
from dataclasses import dataclass

import numpy as np

from classifier.refit.head import Array, LastLayer
from classifier.refit.logistic import STRENGTH
from classifier.refit.refitting import HeadChoice

IMITATION = "imitation"  # of what an earlier model says: kept beside the heads, and no part
GROWN = 1.5  # times as many labels as then: strength and temperature are chosen anew


@dataclass(frozen=True)
class KeptHead:
    head: LastLayer
    taxa: Array  # (C,)
    method: str
    choice: HeadChoice
    labels: int  # by which it was made

    def start(self, taxa: Array, method: str) -> LastLayer | None:
        """For today's taxa; None where another kind of head is fitted now."""
        if self.method != method:
            return None
        place = {int(taxon): number for number, taxon in enumerate(self.taxa)}
        return self.head.of_classes(np.array([place.get(int(taxon), -1) for taxon in taxa]))

    def choice_for(self, method: str, labels: int) -> HeadChoice | None:
        """None where it is to be made anew."""
        return self.choice if self.method == method and labels < GROWN * self.labels else None


def of_imitation(head: LastLayer, taxa: Array) -> KeptHead:
    """Nothing was chosen by labels."""
    return KeptHead(head, taxa, IMITATION, HeadChoice(STRENGTH), 0)


def packed(heads: dict[str, KeptHead]) -> bytes:
    arrays: dict[str, Array] = {}
    for name, former in heads.items():
        numbers = np.array(
            [former.head.trust, former.choice.strength, former.choice.temperature, former.labels]
        )
        parts = (former.head.weight, former.head.bias, former.taxa, np.array(former.method), numbers)
        arrays |= {f"{name}.{number}": part for number, part in enumerate(parts)}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def unpacked(data: bytes | memoryview) -> dict[str, KeptHead]:
    if not data:
        return {}
    with np.load(io.BytesIO(bytes(data)), allow_pickle=False) as arrays:
        names = {key.rpartition(".")[0] for key in arrays.files}
        return {name: _from_arrays(*(arrays[f"{name}.{number}"] for number in range(5))) for name in names}


def _from_arrays(weight: Array, bias: Array, taxa: Array, method: Array, numbers: Array) -> KeptHead:
    trust, strength, temperature, labels = map(float, numbers)
    choice = HeadChoice(strength, temperature)
    return KeptHead(LastLayer(weight, bias, trust, temperature), taxa, str(method), choice, int(labels))
