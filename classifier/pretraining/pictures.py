"""What a backbone learns from, and the labelled objects that it is looked at by meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifier.contract.errors import ClassifierError
from classifier.contract.manifest import FOLDS, read_manifest
from classifier.contract.pretraining import PretrainRequest
from classifier.data.decoded import Pictures, decode_all
from classifier.run_folder import RunFolder
from classifier.training import distributed
from classifier.training.split import split

FEWEST = 8  # pictures: fewer have nothing to be told from
MOST_SUPPORT, MOST_QUERY = 4000, 2000  # objects of a probe
FEWEST_LABELLED = 12  # labelled objects; fewer are no probe


@dataclass
class PretrainingSet:
    """`labels` are class numbers, -1 without one. A probe learns from the rows `support` and names `query`,
    whose pictures the backbone doesn't see; both are empty where too little is labelled."""

    pictures: Pictures
    labels: np.ndarray  # int64 (N,)
    learn: np.ndarray  # row numbers
    support: np.ndarray
    query: np.ndarray
    unreadable: int

    @property
    def has_probe(self) -> bool:
        return len(self.support) > 0


def load_pretraining_set(
    request: PretrainRequest, folder: RunFolder, on_done: Callable[[int, int], None]
) -> PretrainingSet:
    """Decodes all pictures into a file of the run's folder. `on_done` gets (decoded, of how many).

    Where the manifest has a column `fold`, what is to tune or to test by is not learnt from. Raises ClassifierError.
    """
    table = drawn(read_manifest(Path(request.manifest)), request)
    pictures = decode_all(
        table["path"].to_pylist(),
        table["pixel_um"].to_numpy(),
        request.side,
        folder / "decoded.cache",
        lambda done: on_done(done, len(table)),
    )
    readable = np.flatnonzero(pictures.readable)
    if len(readable) < FEWEST:
        raise ClassifierError(
            f"{len(readable)} of {len(table):,} images could be read, but {FEWEST} are needed: choose more objects."
        )
    table = table.take(pa.array(readable))
    labels = _labels(table)
    held_out = _held_out(table, labels, request)
    support, query = _probe_rows(labels, held_out, request.seed)
    has_folds = "fold" in table.column_names
    learn = np.flatnonzero(~held_out) if len(support) or has_folds else np.arange(len(labels))
    if len(learn) < FEWEST:
        raise ClassifierError(
            f"{len(learn)} images are left to learn from, but {FEWEST} are needed: hold fewer out, or choose more."
        )
    unreadable = len(pictures.readable) - len(readable)
    return PretrainingSet(pictures.only(readable), labels, learn, support, query, unreadable)


def share_pretraining_set(load: Callable[[], PretrainingSet], folder: RunFolder) -> PretrainingSet:
    """Under torchrun the main process decodes; the others open the file that it has written."""
    if distributed.world() == 1:
        return load()
    loaded: list[PretrainingSet] = []

    def light() -> tuple[PretrainingSet, tuple[int, ...]]:
        loaded.append(load())
        pictures = loaded[0].pictures
        return replace(loaded[0], pictures=replace(pictures, pixels=np.empty(0))), pictures.pixels.shape

    shared, shape = distributed.from_main(light)
    if loaded:
        return loaded[0]
    shared.pictures.pixels = np.memmap(folder / "decoded.cache", np.uint8, "r", shape=shape)
    return shared


def drawn(table: pa.Table, request: PretrainRequest) -> pa.Table:
    """The rows of a manifest, or of some of its columns, that are learnt from: `most_images` at random, in order."""
    if not request.most_images or len(table) <= request.most_images:
        return table
    rows = np.random.default_rng(request.seed).permutation(len(table))[: request.most_images]
    return table.take(pa.array(np.sort(rows)))


def _labels(table: pa.Table) -> np.ndarray:
    names = np.array([name or "" for name in table["label"].to_pylist()], object).astype(str)
    classes = np.unique(names[names != ""])
    return np.where(names == "", -1, np.searchsorted(classes, names)).astype(np.int64)


def _held_out(table: pa.Table, labels: np.ndarray, request: PretrainRequest) -> np.ndarray:
    """(N,) bool: pictures that it doesn't see."""
    if "fold" in table.column_names:
        return np.isin(table["fold"].to_numpy(zero_copy_only=False).astype(str), FOLDS[1:])
    held_out, labelled = np.zeros(len(table), bool), np.flatnonzero(labels >= 0)
    if len(labelled) < FEWEST_LABELLED or not request.held_out:
        return held_out
    samples = table["sample"].to_numpy(zero_copy_only=False).astype(str)
    parted = split(samples[labelled], labels[labelled], request.held_out, 0, request.seed)
    held_out[labelled[parted.folds == "test"]] = True
    # what of these samples nobody has named is as like them, and isn't seen either
    return held_out | np.isin(samples, samples[held_out]) if parted.kind == "sample" else held_out


def _probe_rows(labels: np.ndarray, held_out: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    support = np.flatnonzero(~held_out & (labels >= 0))
    support = np.sort(rng.permutation(support)[:MOST_SUPPORT])
    query = np.flatnonzero(held_out & np.isin(labels, labels[support]) & (labels >= 0))
    query = np.sort(rng.permutation(query)[:MOST_QUERY])
    if len(support) < FEWEST_LABELLED or not len(query) or len(np.unique(labels[support])) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return support, query
