"""What a training takes from a learning set: normalised numbers, targets, and pictures where they are read fastest."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from classifier.contract.traits import Trait, is_known
from classifier.data.decoded import Pictures
from classifier.data.learning_set import LearningSet
from classifier.data.prefetching import prefetched
from classifier.models.preprocessing import Preprocessing, unit_grey
from classifier.models.trait_heads import NumberScale, can_be_learnt, targets

MOST_ON_DEVICE = 0.4  # of a GPU's free memory, that pictures may take; the network needs the rest


@dataclass
class Examples:
    preprocessing: Preprocessing
    pictures: "OnDevice | FromFile"
    sizes: Tensor  # (N, 3), standardised; like all tensors here, on the device
    labels: Tensor  # (N,)
    weights: Tensor | None  # (N,)
    traits: list[Trait]
    scales: list[NumberScale]
    targets: list[Tensor]
    has_label: list[np.ndarray]  # (N,) bool: which objects have a label of the trait
    train: np.ndarray  # row numbers
    tune: np.ndarray
    prior: np.ndarray
    fingerprint: str  # of all that decides what is learnt

    @classmethod
    def of(cls, learning_set: LearningSet, device: torch.device) -> "Examples":
        rows = learning_set.train
        labels = learning_set.trait_labels
        traits = [trait for trait in learning_set.traits if can_be_learnt(trait, labels[trait.key][rows])]
        scales = [NumberScale.of(trait, labels[trait.key][rows]) for trait in traits]
        preprocessing = Preprocessing.of(learning_set.pictures, rows)
        return cls(
            preprocessing=preprocessing,
            pictures=picture_source(learning_set.pictures, device),
            sizes=preprocessing.sizes(learning_set.pictures.sizes).to(device),
            labels=torch.from_numpy(learning_set.labels.astype(np.int64)).to(device),
            weights=None
            if learning_set.weights is None
            else torch.from_numpy(learning_set.weights).to(device),
            traits=traits,
            scales=scales,
            targets=[
                targets(trait, labels[trait.key], scale).to(device)
                for trait, scale in zip(traits, scales, strict=True)
            ],
            has_label=[is_known(labels[trait.key]) for trait in traits],
            train=rows,
            tune=learning_set.of("tune"),
            prior=learning_set.prior,
            fingerprint=fingerprint(learning_set),
        )

    def inputs(self, rows: np.ndarray, at_once: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures and sizes as a network takes them, not augmented, in chunks."""
        chunks = [rows[some] for some in slices(len(rows), at_once)]
        for chunk, read in prefetched((chunk, self.pictures.read(chunk)) for chunk in chunks):
            pictures = self.preprocessing.pictures(unit_grey(self.pictures.on_device(read)))
            yield pictures, self.sizes[torch.from_numpy(chunk).to(self.sizes.device)]


def slices(n: int, most: int) -> list[slice]:
    """Parts of nearly the same size, of at most `most`."""
    edges = np.linspace(0, n, math.ceil(n / most) + 1).astype(int)
    return [slice(int(low), int(high)) for low, high in pairwise(edges)]


def fingerprint(learning_set: LearningSet) -> str:
    """A checkpoint of another learning set is none."""
    digest = hashlib.sha256()
    for array in (learning_set.object_ids, learning_set.labels, learning_set.folds.astype("S5")):
        digest.update(np.ascontiguousarray(array).tobytes())
    if learning_set.weights is not None:
        digest.update(learning_set.weights.tobytes())
    for trait in learning_set.traits:
        digest.update(trait.key.encode() + learning_set.trait_labels[trait.key].tobytes())
    return digest.hexdigest()


class FromFile:
    """Reads batches from the decoded file, or from memory where the pictures lie there."""

    def __init__(self, pictures: Pictures, device: torch.device):
        self.pictures, self.device = pictures, device

    def read(self, rows: np.ndarray) -> Tensor:
        """uint8 (n, S, S), still beside the processor: this runs ahead, in a thread."""
        read = torch.from_numpy(self.pictures.at(rows))
        return read.pin_memory() if self.device.type == "cuda" else read

    def on_device(self, read: Tensor) -> Tensor:
        return read.to(self.device, non_blocking=True)


class OnDevice:
    """All pictures in a GPU's memory: there is nothing to load any more."""

    def __init__(self, pictures: Pictures, device: torch.device):
        self.device = device
        self.pixels = torch.empty(
            (len(pictures.places), *pictures.pixels.shape[1:]), dtype=torch.uint8, device=device
        )
        for rows in np.array_split(np.arange(len(pictures.places)), len(pictures.places) // 4096 + 1):
            self.pixels[rows[0] : rows[-1] + 1] = torch.from_numpy(pictures.at(rows)).to(device)

    def read(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(rows)

    def on_device(self, read: Tensor) -> Tensor:
        return self.pixels[read.to(self.device)]


def picture_source(pictures: Pictures, device: torch.device) -> OnDevice | FromFile:
    """Where the pictures fit into the GPU with room to spare, there."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        if len(pictures.places) * pictures.pixels[0].size < MOST_ON_DEVICE * free:
            return OnDevice(pictures, device)
    return FromFile(pictures, device)
