"""When the size of a pixel is corrected, columns of the acquisition, its process and its sample that said the former
size say the new one: packages say it in no other way, and would bring the former size back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from annotations.imports.ecotaxa.pixel_columns import restated
from annotations.samples.acquisition_updating import AcquisitionUpdate, update_acquisitions
from annotations.samples.models import Acquisition, Sample
from annotations.samples.updating import SampleUpdate, update_samples

PREFIXES = {"fields": "acq", "process_fields": "process"}


def columns_follow(before: Mapping[Acquisition, float | None], micrometres: float | None) -> None:
    """Of acquisitions that are locked, with the sizes that they had; what said another size stays as it is."""
    if micrometres is None:
        return
    update = AcquisitionUpdate()
    for acquisition, size in before.items():
        if size is not None:
            for level, name, cell in _restated(acquisition, size, micrometres):
                update.patch(level, acquisition.pk, name, cell)
    if update.patches:
        update_acquisitions(update=update)
    _samples_follow(before, micrometres)


def _samples_follow(before: Mapping[Acquisition, float | None], micrometres: float) -> None:
    """Where no other acquisition of the sample has the former size: for that one the cell still says it."""
    former: dict[int, set[float]] = defaultdict(set)
    for acquisition, size in before.items():
        if size is not None:
            former[acquisition.sample_id].add(size)
    others = Acquisition.objects.filter(sample__in=former).exclude(pk__in=[row.pk for row in before])
    for sample_id, size in others.values_list("sample_id", "pixel_um"):
        former[sample_id].discard(size)
    samples = Sample.objects.select_for_update().filter(pk__in=former).order_by("pk")
    instruments = {row.sample_id: row.instrument for row in before}
    patches = {
        sample.pk: dict(_restated_in_sample(sample, instruments[sample.pk], former[sample.pk], micrometres))
        for sample in samples
    }
    update_samples(update=SampleUpdate({}, {}, {}, {pk: patch for pk, patch in patches.items() if patch}))


def _restated_in_sample(
    sample: Sample, instrument: str, sizes: set[float], after: float
) -> Iterator[tuple[str, str | None]]:
    for name, cell in sample.fields.items():
        for size in sizes:
            text = restated(f"sample_{name}", str(cell), instrument, size, after)
            if text is not None:
                yield name, text


def _restated(acquisition: Acquisition, before: float, after: float) -> Iterator[tuple[str, str, str]]:
    for level, prefix in PREFIXES.items():
        for name, cell in getattr(acquisition, level).items():
            text = restated(f"{prefix}_{name}", str(cell), acquisition.instrument, before, after)
            if text is not None:
                yield level, name, text
