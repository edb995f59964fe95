"""The serving worker's answer to who tries a recipe on a crop of a scan: what is found there, at once.

What costs time is the look at the whole scan; its overview and what was estimated from it are kept for the next
question, which mostly differs in one setting.
"""

import base64
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyvips

from annotations.learning.serving import give_answer, take_subject
from annotations.scans.models import Scan
from classifier.contract.errors import ClassifierError
from classifier.contract.outlines import polygons_of
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.segmentation.contrast import DECIDES, ScanContrast, estimate_contrast
from classifier.segmentation.crop import segment_crop
from classifier.segmentation.source import Scan as ScanFile
from worker.scans.scan_files import scan_file
from worker.segmentation.estimates import stored_estimate

CACHED = 16  # estimates, and half a dozen open scans: small, since they are read by regions
OPEN = 6
OVERVIEW = 900  # pixels of its longer side
QUALITY = 88  # of the JPEG of a crop: for the eye alone
MOST_LINES = 4000  # outlines that a page can draw

Cached = TypeVar("Cached")
_files: OrderedDict[Any, "OpenScan"] = OrderedDict()
_contrasts: OrderedDict[Any, ScanContrast] = OrderedDict()


class OpenScan(ScanFile):
    """A scan that stays open, with its overview."""

    @cached_property
    def _cached_overview(self) -> tuple[np.ndarray, int]:
        return super().overview()

    def overview(self) -> tuple[np.ndarray, int]:
        return self._cached_overview


def answer_crop(question: str, scan_id: int) -> None:
    answer_about(question, scan_id, objects_on_crop)


def answer_about(question: str, scan_id: int, work: Callable[..., dict]) -> None:
    """Gives what `work` makes of the scan, the path of its file and what the question is about."""
    about = take_subject(question)
    if about is None:
        return
    scan = Scan.objects.select_related("parent__acquisition").get(pk=scan_id)
    try:
        with scan_file(scan) as path:
            answer: dict = {"answers": work(scan, path, **about)}
    except (ClassifierError, FileNotFoundError) as error:
        answer = {"failed": str(error)}
    give_answer(question, answer)


def objects_on_crop(
    scan: Scan, path: str, settings: dict[str, Any], box: list[int], *, has_picture: bool, has_overview: bool
) -> dict:
    """How many objects lie on the crop, what share they cover, by which threshold, and their outlines."""
    recipe = SegmentationRecipe.checked(settings)
    file, contrast = opened(scan, path, recipe)
    objects = segment_crop(file, contrast, *box)
    x, y, width, height = box
    pictures = {"picture": _crop(path, box)} if has_picture else {}
    pictures |= {"overview": _overview(path)} if has_overview else {}
    return {
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "objects": len(objects),
        "area_share": sum(one.area for one in objects) / (width * height),
        "threshold": round(contrast.level, 2),
        "outlines": [_outline(one, x, y) for one in objects[:MOST_LINES]],
        **pictures,
    }


def opened(scan: Scan, path: str, recipe: SegmentationRecipe) -> tuple[ScanFile, ScanContrast]:
    """The scan's file, and what is estimated from all of it for the recipe: both stay for the next question."""
    file = _cached(_files, OPEN, (path, recipe.channel), lambda: OpenScan(path, recipe.channel))
    return file, _contrast(scan, file, recipe)


def _contrast(scan: Scan, file: ScanFile, recipe: SegmentationRecipe) -> ScanContrast:
    pixel_um = scan.parent.acquisition.pixel_um
    key = (scan.pk, scan.parent.key, pixel_um, *(getattr(recipe, name) for name in DECIDES))

    def estimate() -> ScanContrast:
        return stored_estimate(scan, recipe) or estimate_contrast(file, recipe, None, pixel_um)

    return _cached(_contrasts, CACHED, key, estimate).with_recipe(recipe)


def _cached(store: OrderedDict[Any, Cached], most: int, key: Any, make: Callable[[], Cached]) -> Cached:
    if key not in store:
        store[key] = make()
        if len(store) > most:
            store.popitem(last=False)
    store.move_to_end(key)
    return store[key]


def _outline(one: SegmentedObject, x: int, y: int) -> dict:
    return {"lines": polygons_of(one.mask, one.x - x, one.y - y), "area": one.area, "several": one.several}


def _overview(path: str) -> str:
    return _data_url(pyvips.Image.thumbnail(path, OVERVIEW, height=OVERVIEW))


def _crop(path: str, box: list[int]) -> str:
    return _data_url(pyvips.Image.new_from_file(path, access="random").crop(*box))


def _data_url(image: pyvips.Image) -> str:
    content = image.jpegsave_buffer(Q=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
