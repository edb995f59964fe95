"""Where the files of segmenters lie: as those of models."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from annotations.learning.files import stored_copy
from annotations.scans.segmenters.models import Segmenter

SEGMENTERS = "segmenters"


def segmenter_folder(segmenter: Segmenter) -> Path:
    """Where its files lie without a bucket, and where they are made."""
    return settings.MODELS_FOLDER / f"segmenter-{segmenter.pk}"


@contextmanager
def files_of_segmenter(segmenter: Segmenter) -> Iterator[Path]:
    """Its folder on this machine, which stays while it is used. Raises JobError where the bucket has lost it."""
    if not segmenter.artefact:
        yield segmenter_folder(segmenter)
        return
    lost = f"The files of {segmenter.name} are gone from the storage: train it again."
    with stored_copy(segmenter.artefact, lost) as copy:
        yield copy
