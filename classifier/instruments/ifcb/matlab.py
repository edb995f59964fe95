"""MATLAB files of ifcb-analysis: class scores of random forests, and what people classified by hand."""

import io
import struct
import zlib
from typing import Any

import numpy as np

from classifier.instruments.ifcb.classes import (
    NO_CLASS,
    LabelFileError,
    RegionLabels,
    best_classes,
    predicted,
)
from classifier.instruments.records import InstrumentLabel

SCORES = ("TBscores", "class2useTB", "roinum")
MANUAL = ("classlist", "class2use_manual", "class2use_auto")
HDF5 = b"\x89HDF\r\n\x1a\n"
HEADER_BYTES, COMPRESSED = (
    128,
    15,
)  # of version 5: what stands before its elements, and the kind of a packed one
MOST_UNPACKED = 2**29  # bytes
MOST_ELEMENTS = 10_000
PIECE = 1 << 20
REGION, BY_HAND, BY_PROGRAM = 0, 1, 2  # columns of `classlist`


def labels_in_matlab(content: bytes) -> RegionLabels:
    """Raises LabelFileError for a file that holds neither."""
    from scipy.io import loadmat

    if HDF5 in content[:1024]:
        raise LabelFileError("It was saved by MATLAB as version 7.3: save it again with -v7.")
    _refuse_bomb(content)
    values = loadmat(io.BytesIO(content), variable_names=[*SCORES, *MANUAL])
    if "TBscores" in values:
        classes = _texts(_needed(values, "class2useTB"))
        scores = np.asarray(values["TBscores"], float)
        if len(classes) == scores.shape[-1] + 1:  # the last one is “unclassified”, which has no score
            classes = classes[:-1]
        return best_classes(scores, classes, _needed(values, "roinum").ravel())
    if "classlist" in values:
        return _manual(values)
    raise LabelFileError("It holds neither TBscores nor classlist.")


def _refuse_bomb(content: bytes) -> None:
    """Some kilobytes can unpack to gigabytes, which `loadmat` would hold. Raises LabelFileError."""
    order = ">" if content[126:128] == b"MI" else "<"
    place, budget = HEADER_BYTES, MOST_UNPACKED
    for _ in range(MOST_ELEMENTS):
        if place + 8 > len(content):
            return
        kind, length = struct.unpack_from(f"{order}II", content, place)
        place += 8 + length
        if kind == COMPRESSED:
            budget -= _unpacked_size(content[place - length : place], budget)
        if budget < 0:
            raise LabelFileError(f"It would unpack to more than {MOST_UNPACKED:,} bytes.")


def _unpacked_size(packed: bytes, most: int) -> int:
    """Counted in pieces, and no further than a piece above `most`."""
    unpacker, size = zlib.decompressobj(), 0
    while packed and not unpacker.eof and size <= most:
        size += len(unpacker.decompress(packed, PIECE))
        packed = unpacker.unconsumed_tail
    return size


def _manual(values: dict[str, Any]) -> RegionLabels:
    by_hand = _texts(_needed(values, "class2use_manual"))
    by_program = _texts(values.get("class2use_auto", np.array([], object)))
    labels: dict[int, InstrumentLabel] = {}
    for row in np.atleast_2d(np.asarray(values["classlist"], float)):
        name = _named(by_hand, row, BY_HAND)
        other = predicted(_named(by_program, row, BY_PROGRAM), None)
        if name.lower() not in NO_CLASS:
            labels[int(row[REGION])] = InstrumentLabel(name, is_validated=True)
        elif other is not None:
            labels[int(row[REGION])] = other
    return labels


def _named(classes: list[str], row: np.ndarray, column: int) -> str:
    """The class whose number, from 1, stands in the column; empty where none does (NaN, 0, beyond the list)."""
    number = row[column] if column < len(row) else np.nan
    is_one = np.isfinite(number) and 1 <= number <= len(classes)
    return classes[int(number) - 1].strip() if is_one else ""


def _needed(values: dict[str, Any], name: str) -> np.ndarray:
    if name not in values:
        raise LabelFileError(f"It has no {name}.")
    return values[name]


def _texts(cells: np.ndarray) -> list[str]:
    """Of a cell array of texts, or of texts of one length."""
    texts = []
    for cell in np.asarray(cells).ravel():
        inner = np.asarray(cell).ravel()
        texts.append(str(inner[0]).strip() if inner.size else "")
    return texts
