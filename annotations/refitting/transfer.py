"""What learning while sorting leaves where it is when objects go to another project."""

from annotations.refitting.models import RefitMeasurement, Refitting
from annotations.samples.following import stays

stays(Refitting, RefitMeasurement, reason="of a project: the other one learns from its own labels")
