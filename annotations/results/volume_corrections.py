"""What was corrected last of the columns that volumes are worked out from: figures follow it at once."""

from annotations.metadata.columns import FIELD
from annotations.metadata.models import Correction
from annotations.metadata.queries import corrections_of
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.volumes.formulas.syntax import parse_formula
from annotations.volumes.models import VolumeSettings


def last_volume_correction(project: Project, settings: VolumeSettings) -> Correction | None:
    """Of the volume or the share that was looked at, of any sample; None where nobody corrected one."""
    formulas = (parse_formula(settings.coefficient), parse_formula(settings.volume))
    keys = [f"{FIELD}{column.name}" for formula in formulas for column in formula.columns]
    of_volumes = corrections_of(project).filter(columns__overlap=keys).exclude(level=FreeColumn.Level.OBJECT)
    return of_volumes.order_by("-pk").first()
