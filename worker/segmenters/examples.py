"""Crops of held-out scans with what people outlined there and what the segmenter found: what its page shows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from annotations.pictures.actions import store_picture
from classifier.contract.outlines import boxed_mask_of_runs, polygons_of
from classifier.contract.segmentation import SegmentedObject
from classifier.run_folder import RunFolder
from worker.segmentation.preparing import segment_of_shape
from worker.segmenters.learners import LearntScan, LoadedSegmenter, ScanBox

EXAMPLES = "examples.json"
MOST, SIDE, SURROUNDINGS = 6, 384, 128  # crops, pixels a side, pixels around that are looked at, too
QUALITY = 88  # of a JPEG for the eye


def write_examples(finder: LoadedSegmenter, scans: list[LearntScan], folder: Path) -> None:
    """A list of {"scan", "file_name", "x", "y", "width", "height", "key", "drawn", "detected"}.

    `key` is of the picture, and the last two are lines [x1, y1, x2, y2, …] in pixels of the crop.
    """
    held_out = [scan for scan in scans if scan.line["held_out"]]
    examples = [
        example for scan in held_out for example in _examples(finder, scan, MOST // len(held_out) or 1)
    ]
    RunFolder(folder).write_json(EXAMPLES, examples[:MOST])


def _examples(finder: LoadedSegmenter, scan: LearntScan, most: int) -> Iterator[dict[str, Any]]:
    image = pyvips.Image.new_from_file(str(scan.path), access="random")
    drawn = _drawn(scan.masks)
    for box in _boxes(drawn, image.width, image.height, most):
        around = _widened(box, image.width, image.height)
        picture = image.crop(*box).jpegsave_buffer(Q=QUALITY)
        yield {
            "scan": scan.line["scan"],
            "file_name": scan.line["file_name"],
            **dict(zip(("x", "y", "width", "height"), box, strict=True)),
            "key": store_picture(picture).key,
            "drawn": _lines(drawn, box),
            "detected": _lines(finder.on_crop(scan.path, around), box),
        }


def _drawn(masks: Path) -> list[SegmentedObject]:
    content = json.loads(masks.read_text(encoding="utf-8"))
    return [_segment_of(entry) for entry in content["annotations"]]


def _segment_of(entry: dict[str, Any]) -> SegmentedObject:
    """Without an outline all of its box."""
    if not entry["segmentation"]:
        return segment_of_shape({"box": entry["bbox"], "counts": None})
    return SegmentedObject(*boxed_mask_of_runs(entry["segmentation"]))


def _boxes(drawn: list[SegmentedObject], width: int, height: int, most: int) -> list[ScanBox]:
    """Around objects that lie evenly among all of them, without what lies in an earlier one."""
    side = min(SIDE, width), min(SIDE, height)
    boxes: list[ScanBox] = []
    for place in np.linspace(0, len(drawn) - 1, 4 * most).astype(int):
        one = drawn[place]
        middle = one.x + one.width // 2, one.y + one.height // 2
        if len(boxes) < most and not any(_is_within(middle, box) for box in boxes):
            left = min(max(middle[0] - side[0] // 2, 0), width - side[0])
            top = min(max(middle[1] - side[1] // 2, 0), height - side[1])
            boxes.append((left, top, *side))
    return boxes


def _is_within(point: tuple[int, int], box: ScanBox) -> bool:
    x, y, width, height = box
    return x <= point[0] < x + width and y <= point[1] < y + height


def _widened(box: ScanBox, width: int, height: int) -> ScanBox:
    left, top = max(box[0] - SURROUNDINGS, 0), max(box[1] - SURROUNDINGS, 0)
    right = min(box[0] + box[2] + SURROUNDINGS, width)
    bottom = min(box[1] + box[3] + SURROUNDINGS, height)
    return left, top, right - left, bottom - top


def _lines(segments: list[SegmentedObject], box: ScanBox) -> list[list[float]]:
    """Of those that reach into the box."""
    x, y, width, height = box
    within = [
        one
        for one in segments
        if one.x < x + width and one.y < y + height and one.x + one.width > x and one.y + one.height > y
    ]
    return [line for one in within for line in polygons_of(one.mask, one.x - x, one.y - y)]
