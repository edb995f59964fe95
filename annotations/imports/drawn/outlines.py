"""The outline of each object that is cut out, as its row has it: within its box."""

from collections.abc import Iterator

import numpy as np

from annotations.imports.coco.entries import Annotation
from annotations.imports.coco.figures import fitted
from annotations.imports.coco.items import ImageItems
from annotations.imports.drawn.figures import boxed_of_runs
from annotations.imports.records import RecordOutline
from classifier.contract.outlines import compressed, mask_of_rings, run_lengths


def outlines_of(items: ImageItems) -> Iterator[RecordOutline]:
    """Of masks and polygons; a box alone is no outline."""
    for annotation in items.objects:
        if annotation.figure[0] in ("mask", "polygon", "parts"):
            record = items.cut_record(annotation)
            assert record.crop is not None
            mask = _mask(annotation, items, record.crop)
            if mask.any():
                counts = compressed(run_lengths(mask))["counts"]
                yield RecordOutline(record.object_id, record.file_name, record.crop, counts)


def _mask(annotation: Annotation, items: ImageItems, box: tuple[int, int, int, int]) -> np.ndarray:
    kind, geometry = fitted(annotation, items.image, items.size)
    x, y, width, height = box
    if kind == "mask":
        return boxed_of_runs(geometry["counts"], items.size[1], box)
    return mask_of_rings([np.asarray(geometry["points"], float) - (x, y)], height, width)
