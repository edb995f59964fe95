"""The last layer: from an embedding to the probability of each taxon."""

from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Scaling:
    """Embeddings around their middle, at a spread of one over all dimensions: strengths mean the same in any space."""

    middle: Array  # float32 (D,)
    spread: float

    @classmethod
    def of(cls, x: Array) -> "Scaling":
        """`x` (N, D): of all objects, labelled or not."""
        middle = x.mean(axis=0, dtype=np.float64).astype(np.float32)
        spread = float(np.sqrt(np.square(x - middle).mean(dtype=np.float64)))
        return cls(middle, spread if spread > 0 else 1.0)

    def __call__(self, x: Array) -> Array:
        return (np.asarray(x, np.float32) - self.middle) / np.float32(self.spread)


@dataclass(frozen=True)
class LastLayer:
    """`trust` is how much the log probabilities of an earlier model count that are added to what the layer says."""

    weight: Array  # float32 (D, C)
    bias: Array  # float32 (C,)
    trust: float = 0.0
    temperature: float = 1.0

    def logits(self, x: Array, earlier: Array | None = None) -> Array:
        """(N, D) scaled embeddings, and (N, C) log probabilities of the earlier model, to float32 (N, C)."""
        logits = x @ self.weight + self.bias
        if earlier is not None and self.trust:
            logits += np.float32(self.trust) * earlier
        return logits

    def probabilities(self, x: Array, earlier: Array | None = None) -> Array:
        return softmax(self.logits(x, earlier) / np.float32(self.temperature))

    def warmed(self, temperature: float) -> "LastLayer":
        return replace(self, temperature=temperature)

    def of_classes(self, places: Array) -> "LastLayer":
        """For other classes: `places` (C',) says which of its own each was; -1, of which it knows nothing, is flat."""
        weight = np.zeros((len(self.weight), len(places)), np.float32)
        bias = np.full(len(places), self.bias.min(initial=0), np.float32)
        is_old = places >= 0
        weight[:, is_old], bias[is_old] = self.weight[:, places[is_old]], self.bias[places[is_old]]
        return replace(self, weight=weight, bias=bias)


def softmax(logits: Array) -> Array:
    """Over the last axis, in the memory of `logits`."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits
