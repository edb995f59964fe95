"""What learning while sorting leaves where it is when objects go to another project."""

from annotations.refitting.models import Refitting
from annotations.samples.following import stays

stays(Refitting, reason="of a project: the other one learns from its own labels")
