"""What a segmenter made of scans that it had not seen, as a sentence and as figures with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter

OF_OBJECTS = {
    "recall": "Found, of the organisms that are there",
    "precision": "Organisms, of what it finds",
    "f1": "F1 of both",
    "mean_iou": "How well outlines fit (mean IoU)",
}
OF_BOXES = OF_OBJECTS | {
    "mean_iou": "How well boxes fit (mean IoU)",
    "average_precision": "Average precision, over all scores",
}
OF_PIXELS = {"accuracy": "Pixels that are right", "iou": "IoU of organisms' pixels", "dice": "Dice of them"}


ShareBounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class ComparedShare:
    """Shares with their 95 % intervals where there are any: of the segmenter, then of a recipe beside it."""

    name: str
    shares: list[tuple[float | None, ShareBounds]]


@dataclass(frozen=True)
class ClassFigures:
    """Of a taxon: objects that are found and named right, and of outlines their pixels."""

    name: str
    drawn: int
    recall: float | None
    precision: float | None
    f1: float | None
    pixel_iou: float | None


def sentence_of(segmenter: Segmenter) -> str:
    """Finds 93 of 100 organisms on the held-out scan, and 4 of 100 that it finds are none."""
    figures = segmenter.metrics.get("held_out")
    if segmenter.is_foreign:
        return "It was trained elsewhere, so nobody knows how good it is on scans like yours: look at what it finds."
    if not figures:
        return "No scan was held out, so nobody knows how good it is: look at what it finds."
    objects, scan = figures["objects"], "scan" if len(figures["scans"]) == 1 else "scans"
    if not objects["drawn"]:
        return f"The held-out {scan} has no organism to be found."
    sentence = f"Finds {_of_hundred(objects['recall'])} of 100 organisms on the held-out {scan}"
    if objects["precision"] is None:
        return f"{sentence}: none."
    wrong = 100 - _of_hundred(objects["precision"])
    return f"{sentence}, and {wrong} of 100 that it finds are none.{_reservation(segmenter)}"


def _reservation(segmenter: Segmenter) -> str:
    """What it was measured against, where nobody has looked at all of that; else empty."""
    objects, by_people = (sum(one[name] for one in segmenter.held_out) for name in ("objects", "by_people"))
    if by_people >= objects:
        return ""
    what = "outlines" if KINDS[segmenter.kind].has_outlines else "objects"
    return (
        f" People validated or drew {by_people:,} of the {objects:,} {what} there: of the others this says how well "
        "it agrees with a program."
    )


def figure_tables(measured: Sequence[dict[str, Any]]) -> list[tuple[str, list[ComparedShare]]]:
    """With their titles, of as many sets of figures as are compared; boxes have no pixels of their own."""
    if "pixels" not in measured[0]:
        return [("Organism by organism", _object_rows(measured, OF_BOXES))]
    return [
        ("Organism by organism", _object_rows(measured, OF_OBJECTS)),
        ("Pixel by pixel", _pixel_rows(measured)),
    ]


def _object_rows(measured: Sequence[dict[str, Any]], names: dict[str, str]) -> list[ComparedShare]:
    of_objects = [figures["objects"] for figures in measured]
    return [
        ComparedShare(words, [(one[name], _bounds(one["intervals"].get(name))) for one in of_objects])
        for name, words in names.items()
    ]


def _pixel_rows(measured: Sequence[dict[str, Any]]) -> list[ComparedShare]:
    of_pixels = [figures["pixels"] for figures in measured]
    return [
        ComparedShare(words, [(one[name], (None, None)) for one in of_pixels])
        for name, words in OF_PIXELS.items()
    ]


def _bounds(interval: list[float] | None) -> ShareBounds:
    return (interval[0], interval[1]) if interval else (None, None)


def class_rows(held_out: dict[str, Any]) -> list[ClassFigures]:
    """None where it tells organisms from the background alone; the most frequent first."""
    classes = held_out["objects"].get("classes", {})
    if len(classes) < 2:
        return []
    pixels = held_out.get("pixels", {}).get("classes", {})
    rows = [
        ClassFigures(
            name, one["drawn"], one["recall"], one["precision"], one["f1"], pixels.get(name, {}).get("iou")
        )
        for name, one in classes.items()
    ]
    return sorted(rows, key=lambda row: -row.drawn)


def _of_hundred(share: float) -> int:
    """Never all or none where that is not so."""
    return min(max(round(100 * share), share > 0), 100 - (share < 1))
