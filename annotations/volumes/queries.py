from annotations.projects.models import Project
from annotations.volumes.models import VolumeSettings


def volume_settings_of(project: Project) -> VolumeSettings:
    """As the project's managers said, else EcoTaxa's formulas and no unit."""
    return VolumeSettings.objects.filter(project=project).first() or VolumeSettings(project=project)
