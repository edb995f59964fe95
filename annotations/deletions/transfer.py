from annotations.deletions.models import Deletion
from annotations.samples.following import stays

stays(Deletion, reason="the log of a project")
