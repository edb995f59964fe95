from annotations.assignments.models import Assignment
from annotations.samples.following import stays

stays(Assignment, reason="of a sample that stays for it, also where all its objects went")
