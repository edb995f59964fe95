"""Segmenters, and acquisitions that have scans, as long lists of forms."""

from django.db.models import QuerySet

from annotations.projects.models import Role
from annotations.projects.optionlists import Chooser, ListEntry, OptionList, register
from annotations.samples.models import Acquisition
from annotations.samples.naming import readable_id
from annotations.scans.queries import scanned_acquisitions
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import segmenters_to_apply


def _segmenter(one: Segmenter) -> ListEntry:
    return ListEntry(str(one.pk), f"{one.name}, {one.created:%Y-%m-%d}")


def _scanned(chooser: Chooser) -> QuerySet[Acquisition]:
    return scanned_acquisitions(chooser.in_project).select_related("sample").order_by("-pk")


def _acquisition(one: Acquisition) -> ListEntry:
    sample, acquisition = readable_id(one.sample.original_id), readable_id(one.original_id)
    return ListEntry(str(one.pk), acquisition if sample == acquisition else f"{sample}, {acquisition}")


register(
    OptionList(
        key="scanned_acquisitions",
        rows=_scanned,
        option=_acquisition,
        searched=("original_id", "sample__original_id"),
        least=Role.MANAGER,
    ),
    OptionList(
        key="segmenters",
        rows=lambda chooser: segmenters_to_apply(chooser.user),
        option=_segmenter,
        searched=("name",),
    ),
)
