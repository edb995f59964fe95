"""The serving worker cuts, joins and fills outlines, measures what comes of it, and stores its vignettes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from annotations.learning.serving import ask_worker
from annotations.pictures.actions import StoredPicture
from annotations.samples.rows import Region
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SegmentationRun
from classifier.contract.segmentation import SegmentationRecipe

TASK = "worker.prepare_outlines"


@dataclass(frozen=True)
class PreparedOutline:
    """All of an outlined object but its rows: `numbers` by the name of their column, pictures as `SegmentWriter` has
    them: a plain one, and one with a scale bar where there is to be one."""

    box: list[int]
    counts: str
    region: Region
    pictures: list[StoredPicture]
    numbers: dict[str, float | None]


def prepare_outlines(
    scan: Scan, *, kind: str, shapes: Sequence[dict[str, Any]], line: Sequence[Sequence[float]], has_bar: bool
) -> list[PreparedOutline]:
    """What comes of the outlines, the largest part of a cut first.

    Raises ValidationError where nothing can come of them, NoAnswer where the worker is away or too slow.
    """
    settings = settings_for(scan)
    about = {
        "settings": settings | {"scale_bar": settings["scale_bar"] or has_bar},
        "kind": kind,
        "shapes": shapes,
        "line": line,
    }
    answer = ask_worker(TASK, scan.pk, about)
    if "refused" in answer:
        raise ValidationError(answer["refused"])
    return [_prepared(scan, part) for part in answer["parts"]]


def settings_for(scan: Scan) -> dict[str, Any]:
    """Of the recipe that was applied to the scan last; the default ones where none was."""
    applied = SegmentationRun.objects.filter(scan=scan).exclude(applied=None).exclude(recipe=None)
    run = applied.select_related("recipe").order_by("-applied", "-pk").first()
    return SegmentationRecipe.checked(run.recipe.settings if run else {}).values


def _prepared(scan: Scan, part: dict[str, Any]) -> PreparedOutline:
    return PreparedOutline(
        box=part["box"],
        counts=part["counts"],
        region=Region(scan.parent, *part["region"]),
        pictures=[StoredPicture(**picture) for picture in part["pictures"]],
        numbers=part["numbers"],
    )
