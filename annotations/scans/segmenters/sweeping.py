"""Removes from the bucket the files of segmenters that are gone."""

from annotations.learning.sweeping import remove_unnamed
from annotations.scans.segmenters.files import SEGMENTERS
from annotations.scans.segmenters.models import Segmenter


def remove_unused_segmenters() -> int:
    """Returns how many. Called by beat."""
    return remove_unnamed(SEGMENTERS, Segmenter.objects.all())
