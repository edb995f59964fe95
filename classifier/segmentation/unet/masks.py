"""What is drawn in COCO, as classes and ids of pixels."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.errors import ClassifierError
from classifier.contract.outlines import OutlineError, boxed_mask_of_runs, mask_of_rings
from classifier.segmentation.unet.reading import open_values, strips


def values_of(path: Path) -> list[int]:
    """Those that a mask has, sorted."""
    mask = open_values(path)
    present: set[int] = set()
    for top, bottom in strips(mask.height, mask.width):
        present |= set(np.unique(mask.read(0, top, mask.width, bottom - top)).tolist())
    return sorted(present)


def coco_names(path: Path) -> dict[int, str]:
    """The categories by their ids."""
    return {entry["id"]: str(entry["name"]) for entry in coco_content(path)["categories"]}


def draw_coco(
    path: Path, scan: str, classes: np.ndarray, ids: np.ndarray, numbers: Mapping[str, int]
) -> None:
    """Draws all annotations of the scan into `classes` and `ids`; a class that has no number is the first."""
    content, names = coco_content(path), coco_names(path)
    image = _image_id(path, scan, content["images"])
    drawn = [entry for entry in content["annotations"] if entry.get("image_id") == image]
    for number, entry in enumerate(drawn, 1):
        try:
            x, y, mask = _mask(entry, *classes.shape)
        except (KeyError, TypeError, ValueError, OutlineError) as error:
            raise ClassifierError(
                f"{path.name}, annotation {entry.get('id')!r} has no polygon and no run lengths ({error}). Correct it."
            ) from error
        box = np.s_[y : y + mask.shape[0], x : x + mask.shape[1]]
        classes[box][mask] = numbers.get(names.get(entry.get("category_id"), ""), 1)
        ids[box][mask] = number


def coco_content(path: Path) -> dict[str, Any]:
    """With its images, annotations and categories. Raises ClassifierError for what is no COCO."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        lists = [list(content[name]) for name in ("images", "annotations", "categories")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClassifierError(
            f"{path.name} is no COCO: it needs images, annotations and categories."
        ) from error
    if not all(isinstance(entry, dict) for entries in lists for entry in entries):
        raise ClassifierError(f"{path.name} is no COCO: its lists hold objects.")
    return content


def _image_id(path: Path, scan: str, images: list[dict]) -> Any:
    named = [image for image in images if Path(str(image.get("file_name"))).name == scan]
    if not named and len(images) != 1:
        raise ClassifierError(f"{path.name} names no image {scan!r}. Call it as the scan's file.")
    return (named or images)[0].get("id")


def _mask(entry: dict, height: int, width: int) -> tuple[int, int, np.ndarray]:
    """x, y of its box and the mask within, cut to the scan."""
    if isinstance(entry["segmentation"], dict):
        x, y, mask = boxed_mask_of_runs(entry["segmentation"])
        return x, y, mask[: max(height - y, 0), : max(width - x, 0)]
    rings = [np.asarray(ring, float).reshape(-1, 2) for ring in entry["segmentation"]]
    corners = np.concatenate(rings)
    x, y = np.floor(corners.min(0)).clip(0).astype(int).tolist()
    right, bottom = np.ceil(corners.max(0)).astype(int).tolist()
    mask_height, mask_width = max(min(bottom, height) - y, 0), max(min(right, width) - x, 0)
    mask = np.zeros((mask_height, mask_width), bool)
    for ring in rings:  # parts of an organism may overlap: each counts by itself
        mask |= mask_of_rings([ring - (x, y)], mask_height, mask_width)
    return x, y, mask
