"""An update whose job ended before all was written: it is what was written, no more. Safe to do twice."""

from annotations.jobs.models import JobState
from annotations.metadata.models import PackageUpdate
from annotations.metadata.packages.labels.writing import close_labels, labels_to_write
from annotations.metadata.packages.values import close_plan
from annotations.metadata.running import settle


def is_broken_off(update: PackageUpdate) -> bool:
    ended = update.job is not None and update.job.is_finished and update.job.state != JobState.DONE
    return bool(update.applied) and ended


def drop_unwritten(update: PackageUpdate) -> None:
    """In a transaction. `checkpoint` of its job says how far it came; what hangs on that much follows."""
    if update.job is None:
        return
    written, writing = update.job.checkpoint.get("written", []), update.job.checkpoint.get("writing", {})
    for correction in update.corrections.exclude(pk__in=written).filter(undone_by=None):
        last = writing["last"] if writing.get("correction") == correction.pk else 0
        correction.values.filter(row_id__gt=last).delete()
        settle(correction, correction.values.values("row_id").distinct().count())
    last = update.job.checkpoint.get("labelling", {"last": 0})["last"]
    labels_to_write(update, file_wins=False).filter(object_id__gt=last).delete()
    close_labels(update)
    close_plan(update)
