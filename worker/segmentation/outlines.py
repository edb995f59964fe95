"""The serving worker's answer to who corrects outlines on a scan: what comes of them, ready to be written."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from annotations.scans.models import Scan
from classifier.contract.outlines import compressed, run_lengths
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.outlining import OutlineRefused, cut_object, union_of, with_body, within_ring
from worker.segmentation.crops import answer_about, opened
from worker.segmentation.preparing import PreparedSegment, SegmentPreparer, segment_of_shape

LinePoints = Sequence[Sequence[float]]


def answer_outlines(question: str, scan_id: int) -> None:
    answer_about(question, scan_id, prepared_outlines)


def prepared_outlines(
    scan: Scan, path: str, settings: dict[str, Any], kind: str, shapes: list[dict[str, Any]], line: LinePoints
) -> dict[str, Any]:
    """`parts`, each with its box, run lengths, pictures and numbers; or `refused`, a sentence."""
    file, contrast = opened(scan, path, SegmentationRecipe.checked(settings))
    try:
        segments = corrected(kind, [segment_of_shape(shape) for shape in shapes], line, contrast)
    except OutlineRefused as refusal:
        return {"refused": str(refusal)}
    preparer = SegmentPreparer(file, contrast)
    return {"parts": [_as_json(preparer.prepared(with_body(one, file, contrast))) for one in segments]}


def corrected(
    kind: str, objects: list[SegmentedObject], line: LinePoints, contrast: ScanContrast
) -> list[SegmentedObject]:
    """What there is instead of the objects, in pixels of the scan. Raises OutlineRefused."""
    if kind == "cut":
        return cut_object(objects[0], line)
    if kind == "merge":
        return [union_of(objects)]
    return [within_ring(line, contrast.width, contrast.height)]


def _as_json(prepared: PreparedSegment) -> dict[str, Any]:
    return {
        "box": prepared.segment.box,
        "counts": compressed(run_lengths(prepared.segment.mask))["counts"],
        "region": prepared.region,
        "pictures": [asdict(picture) for picture in prepared.pictures],
        "numbers": prepared.numbers,
    }
