"""When the size of a pixel is corrected, columns of the acquisition and its process that said the former size say the
new one: packages say it in no other way, and would bring the former size back."""

from collections.abc import Iterator, Mapping

from annotations.imports.ecotaxa.pixel_columns import restated
from annotations.samples.acquisition_updating import AcquisitionUpdate, update_acquisitions
from annotations.samples.models import Acquisition

PREFIXES = {"fields": "acq", "process_fields": "process"}


def columns_follow(before: Mapping[Acquisition, float | None], micrometres: float | None) -> None:
    """Of acquisitions that are locked, with the sizes that they had; what said another size stays as it is."""
    update = AcquisitionUpdate()
    for acquisition, size in before.items():
        if size is not None and micrometres is not None:
            for level, name, cell in _restated(acquisition, size, micrometres):
                update.patch(level, acquisition.pk, name, cell)
    if update.patches:
        update_acquisitions(update=update)


def _restated(acquisition: Acquisition, before: float, after: float) -> Iterator[tuple[str, str, str]]:
    for level, prefix in PREFIXES.items():
        for name, cell in getattr(acquisition, level).items():
            text = restated(f"{prefix}_{name}", str(cell), acquisition.instrument, before, after)
            if text is not None:
                yield level, name, text
