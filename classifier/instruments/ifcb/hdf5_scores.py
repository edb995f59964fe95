"""Class scores in HDF5, as WHOI's classifiers write them: `_class_v3.h5` and what came before."""

import io
from typing import Any

import numpy as np

from classifier.instruments.ifcb.classes import LabelFileError, RegionLabels, best_classes

MOST_BYTES = 2**28  # 50,000 regions of 600 classes have that many


def labels_in_hdf5(content: bytes) -> RegionLabels:
    """`output_scores` (regions × classes), `class_labels` and `roi_numbers`; earlier `scores` with its attribute."""
    import h5py

    with h5py.File(io.BytesIO(content), "r") as file:
        if "output_scores" in file:
            scores, names = _values(file, "output_scores"), _values(file, "class_labels")
        elif "scores" in file:
            scores, names = _values(file, "scores"), file["scores"].attrs["class_labels"]
        else:
            raise LabelFileError("It has neither output_scores nor scores.")
        return best_classes(scores, list(map(_text, names)), _values(file, "roi_numbers"))


def _values(file: Any, name: str) -> np.ndarray:
    """Of a dataset that lies in this file and nowhere else."""
    import h5py

    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        raise LabelFileError(f"It has no {name} of its own.")
    dataset = file[name]
    if not isinstance(dataset, h5py.Dataset) or dataset.external or dataset.is_virtual:
        raise LabelFileError(f"{name} is no data of its own.")
    if dataset.size is None or dataset.nbytes > MOST_BYTES:
        raise LabelFileError(f"{name} is larger than {MOST_BYTES:,} bytes, or empty.")
    return dataset[()]


def _text(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
