"""What is said of a scan's volume is in m³; a project's volumes are as its managers chose unit and formula."""

import math
from dataclasses import replace

from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.scans.sampling_fields import ScanMetadata
from annotations.volumes.actions import set_volumes
from annotations.volumes.models import VolumeUnit
from annotations.volumes.open_units import sets_unit, unit_in_words
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.total_volume import total_volume_in_cubic_metres

VOLUME = "volume_m3"
UNIT_SET = (
    "The volumes of scans are given in m³: this project’s settings named no unit of volumes, and name m³ from now on "
    "(Volumes and formulas)."
)


def in_unit_of(project: Project, metadata: ScanMetadata) -> ScanMetadata:
    """With the volume as the project's formula reads it; one without unit and volumes counts in m³ from now on."""
    volume = metadata.by_name.get(VOLUME)
    if volume is None:
        return metadata
    settings = volume_settings_of(project)
    unit = settings.unit or VolumeUnit.CUBIC_METRES
    if sets_unit(project.pk, settings):
        set_volumes(project=project, volume_unit=unit.value)
    factor = total_volume_in_cubic_metres(settings, unit)
    return replace(metadata, by_name={**metadata.by_name, VOLUME: volume / factor})


def unit_warning(project: Project, metadata: ScanMetadata) -> str:
    """What to look at where a scan's volume meets a project without a unit, as a sentence; empty where it has one."""
    settings = volume_settings_of(project)
    if settings.unit is not None or VOLUME not in metadata.by_name:
        return ""
    if sets_unit(project.pk, settings):
        return UNIT_SET
    return unit_in_words(VolumeUnit.CUBIC_METRES, is_set=False)


def standing_volume_warning(project: Project, sample: Sample, metadata: ScanMetadata) -> str:
    """What to look at where the sample of a scan that is in has another volume than is said of it: that one stays."""
    volume = in_unit_of(project, metadata).by_name.get(VOLUME)
    standing = str(sample.fields.get("tot_vol", ""))
    if volume is None or _is(standing, volume):
        return ""
    return (
        f"The sample {sample.original_id} has a total volume of {standing} already: the {volume:.6g} of this import "
        "were neither added to it nor put in its place. Where the sample is of both waters, write their sum into "
        "the column tot_vol of the table of samples."
    )


def _is(cell: str, volume: float) -> bool:
    try:
        return math.isclose(float(cell.replace(",", ".")), volume, rel_tol=1e-6)
    except ValueError:
        return False
