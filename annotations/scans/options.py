"""Segmenters as long lists of forms."""

from annotations.projects.optionlists import ListEntry, OptionList, register
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import segmenters_to_apply


def _segmenter(one: Segmenter) -> ListEntry:
    return ListEntry(str(one.pk), f"{one.name}, {one.created:%Y-%m-%d}")


register(
    OptionList(
        key="segmenters",
        rows=lambda chooser: segmenters_to_apply(chooser.user),
        option=_segmenter,
        searched=("name",),
    )
)
