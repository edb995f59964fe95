"""The outlines of a scan's objects as COCO JSON, written object by object."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from classifier.contract.outlines import compressed
from classifier.contract.segmentation import SegmentedObject

CATEGORY = "object"


class OutlineWriter:
    """Annotations of one image, the scan: run lengths in its pixels, `object_id` says whose they are. Categories are
    numbered from 1 on."""

    def __init__(
        self,
        file: IO[str],
        name: str,
        width: int,
        height: int,
        info: dict[str, Any],
        categories: Sequence[str] = (CATEGORY,),
    ):
        self._file, self._size, self._count = file, (width, height), 0
        image = {"id": 1, "file_name": name, "width": width, "height": height}
        named = [{"id": number, "name": category} for number, category in enumerate(categories, 1)]
        head = {"info": info, "images": [image], "categories": named}
        file.write(json.dumps(head)[:-1] + ', "annotations": [')

    def add(self, one: SegmentedObject, object_id: str, has_outline: bool = True, category: int = 1) -> None:
        """Without an outline it has its box alone."""
        self._count += 1
        annotation = {
            "id": self._count,
            "image_id": 1,
            "category_id": category,
            "iscrowd": 0,
            "area": one.area,
            "bbox": list(one.box),
            "segmentation": runs_on_scan(one, *self._size) if has_outline else [],
            "object_id": object_id,
        }
        self._file.write(("" if self._count == 1 else ",") + "\n" + json.dumps(annotation))

    def end(self) -> None:
        self._file.write("\n]}\n")


@contextmanager
def outlines_file(
    out: Path, name: str, width: int, height: int, info: dict, categories: Sequence[str] = (CATEGORY,)
) -> Iterator[OutlineWriter]:
    """At `out` when all is written, else nothing is."""
    unfinished = out.with_name(out.name + ".unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        writer = OutlineWriter(file, name, width, height, info, categories)
        yield writer
        writer.end()
    unfinished.rename(out)


def runs_on_scan(one: SegmentedObject, width: int, height: int) -> dict[str, Any]:
    """COCO's compressed run lengths of a mask of the whole scan, which is never made."""
    columns, rows = np.nonzero(one.mask.T)
    places = (one.x + columns) * height + one.y + rows
    breaks = np.flatnonzero(np.diff(places) > 1)
    starts, ends = places[np.r_[0, breaks + 1]], places[np.r_[breaks, -1]] + 1
    edges = [0, *np.stack([starts, ends], axis=1).ravel().tolist(), width * height]
    counts = np.diff(edges).tolist()
    return compressed({"size": [height, width], "counts": counts if counts[-1] else counts[:-1]})
