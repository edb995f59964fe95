"""What is learnt from in one step: batches of the training rows, in a new order each epoch."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from classifier.training import distributed
from classifier.training.examples import FromFile, OnDevice

LEAST_BATCH = 4  # a process: statistics over fewer pictures are none


@dataclass(frozen=True)
class Part:
    """Row numbers of a whole batch, where this process's part of them lies, and the pictures of that part."""

    batch: np.ndarray
    mine: slice
    read: Tensor


class Batches:
    """Of nearly the same size, so every process takes part in every step, with parts that differ by one at most."""

    def __init__(self, rows: np.ndarray, batch_size: int, seed: int):
        least = LEAST_BATCH * distributed.world()
        self.seed, self.size = seed, max(batch_size, least)
        self.rows = _enough(rows, least)
        self.count = math.ceil(len(self.rows) / self.size)  # an epoch

    def shuffled(self, *epoch: int) -> np.ndarray:
        return np.random.default_rng([self.seed, *epoch] if epoch else self.seed).permutation(self.rows)

    def rows_of(self, epoch: int) -> list[np.ndarray]:
        """Row numbers of each batch."""
        return np.array_split(self.shuffled(epoch), self.count)

    def parts_of(self, epoch: int, pictures: FromFile | OnDevice) -> Iterator[Part]:
        """This process's parts, read."""
        for batch in self.rows_of(epoch):
            mine = distributed.part(len(batch))
            yield Part(batch, mine, pictures.read(batch[mine]))


def _enough(rows: np.ndarray, least: int) -> np.ndarray:
    """Fewer objects than make a batch are seen several times."""
    return rows if len(rows) >= least else np.resize(rows, least)
