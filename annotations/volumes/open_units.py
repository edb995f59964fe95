"""Volumes that come into a project of which nobody has said in which unit they are: what comes of it, in words."""

from annotations.samples.models import Sample
from annotations.volumes.models import VolumeSettings, VolumeUnit
from annotations.volumes.total_volume import TOTAL_VOLUME

UNIT_SET = (
    "This project's settings named no unit of volumes. Those of the files are in {unit}, and with the import the "
    "settings name that, too (Volumes and formulas)."
)
UNIT_OPEN = (
    "Samples of this project have volumes in a unit that nobody has said; those that came in are in {unit}. Say it "
    "under Volumes and formulas."
)


def sets_unit(project_id: int | None, settings: VolumeSettings) -> bool:
    """Whether the unit of what comes in becomes the project's: it has said none, and no sample has a volume."""
    of_project = Sample.objects.filter(project=project_id, fields__has_key=TOTAL_VOLUME.name)
    return settings.unit is None and not of_project.exists()


def unit_in_words(unit: VolumeUnit, *, is_set: bool) -> str:
    return (UNIT_SET if is_set else UNIT_OPEN).format(unit=unit.label)
