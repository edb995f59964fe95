"""What is said of a scan's volume is in m³; a project's volumes are as its managers chose unit and formula."""

from dataclasses import replace

from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.scans.circumstances import ScanMetadata
from annotations.volumes.actions import set_volumes
from annotations.volumes.models import VolumeUnit
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.total_volume import total_volume_in_cubic_metres

VOLUME = "volume_m3"


def in_unit_of(project: Project, metadata: ScanMetadata) -> ScanMetadata:
    """With the volume as the project's formula reads it; one without unit and volumes counts in m³ from now on."""
    volume = metadata.by_name.get(VOLUME)
    if volume is None:
        return metadata
    settings = volume_settings_of(project)
    unit = settings.unit or VolumeUnit.CUBIC_METRES
    has_volumes = Sample.objects.filter(project=project, fields__has_key="tot_vol").exists
    if settings.unit is None and not has_volumes():
        set_volumes(project=project, volume_unit=unit.value)
    factor = total_volume_in_cubic_metres(settings, unit)
    return replace(metadata, by_name={**metadata.by_name, VOLUME: volume / factor})
