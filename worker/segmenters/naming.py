"""Classes of what a segmenter has found become predictions of a model, which people review as those of any other."""

from collections.abc import Sequence

from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.scans.segmentation.models import SegmentationRun
from worker.segmenters.detections import Detection


def new_batch(run: SegmentationRun) -> int:
    """Of the labels of a run: its number."""
    details = {"segmenter": run.segmenter_name, "run": run.pk}
    batch = Batch.objects.create(
        project=run.project, kind=BatchKind.PREDICTION, user=run.owner, details=details
    )
    return batch.pk


def label_detections(batch: int, detections: Sequence[Detection], object_ids: Sequence[int]) -> int:
    """Writes the taxa of new objects, in their order; how many have one."""
    rows = [
        (pk, one.taxon, one.score, None, None)
        for pk, one in zip(object_ids, detections, strict=True)
        if one.taxon is not None
    ]
    return write_predictions(batch=Batch.objects.get(pk=batch), rows=rows) if rows else 0
