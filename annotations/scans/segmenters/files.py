"""Where the files of segmenters lie: as those of models."""

from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings

from annotations.learning.files import files_here
from annotations.scans.segmenters.models import Segmenter

SEGMENTERS = "segmenters"


def segmenter_folder(segmenter: Segmenter) -> Path:
    """Where its files lie without a bucket, and where they are made."""
    return settings.MODELS_FOLDER / f"segmenter-{segmenter.pk}"


def files_of_segmenter(segmenter: Segmenter) -> AbstractContextManager[Path]:
    """Its folder on this machine, which stays while it is used. Raises JobError where the bucket has lost it."""
    lost = f"The files of {segmenter.name} are gone from the storage: train it again."
    return files_here(segmenter.artefact, segmenter_folder(segmenter), lost)
