from annotations.pulls.models import PullToken
from annotations.samples.following import stays

stays(PullToken, reason="of a job of the project, until that ends")
