"""How much water the counted objects of a sample are all of, where that is certain; else why it is not."""

from collections import defaultdict
from dataclasses import dataclass

from annotations.projects.models import Project
from annotations.volumes.models import VolumeUnit
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import SampledAcquisition, sampled_acquisitions

DIFFERENT = "Its acquisitions were sub-sampled differently: Results › Tables works out a number for each."


@dataclass(frozen=True)
class Volume:
    """The water of which the counted objects are all, in m³; or the sentence that says why nobody knows."""

    cubic_metres: float | None = None
    why_not: str = ""


def volumes_of(project: Project, sample_ids: list[int], unit: VolumeUnit | None) -> dict[int, Volume]:
    """sample → volume, by the project's formulas; `unit` is that of its volumes."""
    if unit is None or not sample_ids:
        return {}
    settings = volume_settings_of(project)
    settings.volume_unit = unit.value
    by_sample: dict[int, list[SampledAcquisition]] = defaultdict(list)
    for acquisition in sampled_acquisitions(settings, tuple(sample_ids)).values():
        by_sample[acquisition.sample].append(acquisition)
    return {sample: _volume(acquisitions) for sample, acquisitions in by_sample.items()}


def _volume(acquisitions: list[SampledAcquisition]) -> Volume:
    if reason := next((each.why_not for each in acquisitions if each.why_not), ""):
        return Volume(why_not=reason)
    factors = {each.per_cubic_metre for each in acquisitions if each.per_cubic_metre}
    return Volume(1 / factors.pop()) if len(factors) == 1 else Volume(why_not=DIFFERENT)
