"""What retraining leaves where it is when objects go to another project."""

from annotations.retraining.models import Retraining, RetrainingPlan
from annotations.samples.following import stays

stays(Retraining, RetrainingPlan, reason="of a project and its own model: the other one has its own")
