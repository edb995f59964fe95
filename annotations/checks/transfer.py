"""Quality checks stay where they were made: of one that is finished the figures are stored."""

from annotations.checks.models import QualityCheck, QualityLook
from annotations.samples.following import stays

stays(QualityCheck, reason="of a set of one project, as it was at one moment")
stays(
    QualityLook,
    reason="what was looked at there: an object that left is left out of an open check, which says so",
)
