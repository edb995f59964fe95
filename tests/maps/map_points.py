"""The points of a map, as a program reads them."""

import gzip
import json
from dataclasses import dataclass

import numpy as np


@dataclass
class ReadMap:
    header: dict
    ids: list[int]
    values: list[float]
    x: list[int]
    y: list[int]
    is_whole: bool

    @property
    def groups(self) -> dict[int, str]:
        """The name of each object's group."""
        names = [group["name"] for group in self.header["groups"]]
        return {pk: names[int(value)] for pk, value in zip(self.ids, self.values, strict=True)}


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, kind: str, count: int = 1) -> np.ndarray:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def read_map(compressed: bytes) -> ReadMap:
    reader = _Reader(gzip.decompress(compressed))
    header = json.loads(reader.take("u1", int(reader.take("<u4")[0])).tobytes())
    created = ReadMap(header, [], [], [], [], False)
    while count := int(reader.take("<u4")[0]):
        start = reader.take("<f8")[0]
        created.ids += (start + reader.take("<i4", count).cumsum()).astype(int).tolist()
        created.values += reader.take("<u2" if header["groups"] else "<f4", count).tolist()
        placed = count if header["has_places"] else 0
        created.x += reader.take("<u2", placed).tolist()
        created.y += reader.take("<u2", placed).tolist()
    created.is_whole = reader.at == len(reader.data)
    return created
