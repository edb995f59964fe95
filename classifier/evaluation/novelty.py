"""How far an object lies from all that was learnt from, seen in two ways: by its distance to the k-th neighbour among
embeddings of the training (Sun et al. 2022, arXiv 2204.06507), and by how its picture looks at first sight."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from classifier.evaluation.appearance import Looks

NEIGHBOURS = 20
MOST = 20_000
CHUNK = 1024  # objects at a time, so that CHUNK × MOST distances are in memory


@dataclass(frozen=True)
class NoveltyBank:
    vectors: np.ndarray  # float16 (M, D), of length 1
    object_ids: np.ndarray  # int64 (M,)
    k: int = NEIGHBOURS

    @cached_property
    def _vectors(self) -> torch.Tensor:
        return torch.from_numpy(self.vectors.astype(np.float32))

    def distance(self, embedding: np.ndarray, device: str | torch.device = "cpu") -> np.ndarray:
        """Cosine distance (0 the same, 2 opposite) to the k-th neighbour, float32 (N,). `embedding` (N, D)."""
        bank = self._vectors.to(device).T
        k = min(self.k, len(self.vectors))
        nearest = [
            1
            - (torch.from_numpy(unit(embedding[start : start + CHUNK])).to(device) @ bank)
            .topk(k)
            .values[:, -1]
            for start in range(0, len(embedding), CHUNK)
        ]
        return torch.cat(nearest).clamp(min=0).cpu().numpy() if nearest else np.zeros(0, np.float32)


def rows_to_keep(labels: np.ndarray, most: int = MOST, seed: int = 0) -> np.ndarray:
    """At most `most` objects of the training, rare taxa whole, the frequent ones cut down to equal numbers."""
    counts = np.bincount(labels)
    cap = _cap(counts, most)
    rng = np.random.default_rng(seed)
    chosen = [rng.permutation(np.flatnonzero(labels == k))[:cap] for k in np.flatnonzero(counts)]
    return np.sort(np.concatenate(chosen))[:most]


def make_bank(embedding: np.ndarray, ids: np.ndarray) -> NoveltyBank:
    return NoveltyBank(unit(embedding).astype(np.float16), np.asarray(ids))


def _cap(counts: np.ndarray, most: int) -> int:
    """The largest number a class that leaves no more than `most` objects; at least 1."""
    caps = range(1, counts.max() + 1)
    return max(1, bisect_right(caps, most, key=lambda cap: np.minimum(counts, cap).sum()))


def unit(embedding: np.ndarray) -> np.ndarray:
    """float32 (N, D), each of length 1."""
    embedding = np.asarray(embedding, np.float32)
    return embedding / np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), 1e-12)


@dataclass(frozen=True)
class Novelty:
    """`quantiles` are 101 of the objects held out to judge by, as `quantiles` gives them: of the distances to the bank,
    of those to the looks, and of the larger of the two shares."""

    bank: NoveltyBank
    looks: Looks
    quantiles: dict[str, list[float]]

    def __call__(self, embedding: np.ndarray, looks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(N,) distances to the bank, and the novelty from 0 to 1: the share of held-out objects that are less strange
        in the way in which this one is the stranger."""
        distances = self.bank.distance(embedding)
        strangest = _strangest(distances, self.looks.distance(looks), self.quantiles)
        return distances, nearer(strangest, self.quantiles["both"])


def fit_novelty(bank: NoveltyBank, looks: Looks, embedding: np.ndarray, appearances: np.ndarray) -> Novelty:
    """By the embeddings (N, D) and appearances of objects that are known not to be new."""
    distances, looked = bank.distance(embedding), looks.distance(appearances)
    quantiles_of = {"embedding": quantiles(distances), "looks": quantiles(looked)}
    return Novelty(
        bank, looks, quantiles_of | {"both": quantiles(_strangest(distances, looked, quantiles_of))}
    )


def _strangest(distances: np.ndarray, looked: np.ndarray, quantiles_of: dict[str, list[float]]) -> np.ndarray:
    return np.maximum(nearer(distances, quantiles_of["embedding"]), nearer(looked, quantiles_of["looks"]))


def quantiles(distance: np.ndarray) -> list[float]:
    """101 distances, from the least to the greatest, of objects that are known not to be new; none without any."""
    return np.quantile(distance, np.linspace(0, 1, 101)).tolist() if len(distance) else []


def nearer(distance: np.ndarray, quantiles: list[float]) -> np.ndarray:
    """(N,) from 0 to 1: the share of known objects that lie nearer. 0 where none is known to compare with."""
    if not quantiles:
        return np.zeros(len(distance))
    return np.interp(distance, quantiles, np.linspace(0, 1, len(quantiles)))
