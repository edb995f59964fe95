"""What a project says of its volumes stays with it when objects go to another one."""

from annotations.samples.following import stays
from annotations.volumes.models import VolumeSettings

stays(VolumeSettings, reason="of a project: the other one has units and formulas of its own")
