from annotations.deletions.models import Deletion, ObjectDeletion
from annotations.samples.following import stays

stays(Deletion, ObjectDeletion, reason="the log of a project")
