"""What is said of a scan's volume is in m³; a project's volumes are in the unit that its managers chose."""

from dataclasses import replace

from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.scans.circumstances import ScanMetadata
from annotations.volumes.actions import set_volumes
from annotations.volumes.models import VolumeUnit
from annotations.volumes.queries import volume_settings_of

VOLUME = "volume_m3"


def in_unit_of(project: Project, metadata: ScanMetadata) -> ScanMetadata:
    """With the volume in the project's unit. Where it has none, and no volume yet, its unit is m³ from now on."""
    volume = metadata.by_name.get(VOLUME)
    if volume is None:
        return metadata
    unit = volume_settings_of(project).unit
    if unit is None:
        if not Sample.objects.filter(project=project, fields__has_key="tot_vol").exists():
            set_volumes(project=project, volume_unit=VolumeUnit.CUBIC_METRES.value)
        return metadata
    return replace(metadata, by_name={**metadata.by_name, VOLUME: volume / unit.in_cubic_metres})
