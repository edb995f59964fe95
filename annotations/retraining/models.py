from django.conf import settings
from django.db import models

from annotations.learning.models import Model
from annotations.projects.models import Project


class RetrainingPlan(models.Model):
    """When the own model of a project is trained anew: after so many newly validated objects, nightly, or both."""

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="retraining_plan"
    )
    every = models.PositiveIntegerField(null=True)  # newly validated objects
    hour = models.PositiveSmallIntegerField(null=True)  # of the day, UTC, 0 to 23
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    validated = models.BigIntegerField(default=0)  # objects, when the last one began or the plan was made
    last_started = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"retraining plan of project {self.project_id}"


class Retraining(models.Model):
    """A model that was trained as the project's own, and what the gate made of it.

    `former` is the own model at the beginning; both are tested on the objects that `former` was tested on.
    """

    class Reason(models.TextChoices):
        VALIDATED = "validated", "enough newly validated"
        NIGHTLY = "nightly", "nightly"
        REQUEST = "request", "asked for"

    class GateOutcome(models.TextChoices):
        ADOPTED = "adopted", "is the project’s own now"
        NOT_BETTER = "not_better", "not certainly better"
        FAILED = "failed", "came to nothing"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="retrainings")
    started = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=10, choices=Reason)
    former = models.ForeignKey(Model, null=True, on_delete=models.SET_NULL, related_name="+")
    model = models.ForeignKey(Model, null=True, on_delete=models.SET_NULL, related_name="+")
    decided = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=GateOutcome, blank=True)  # empty: under way
    figures = models.JSONField(default=dict)  # objects, and of each figure its difference with the interval
    words = models.CharField(max_length=500, blank=True)  # why it came out so

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], name="one_retraining_at_a_time", condition=models.Q(outcome="")
            )
        ]

    def __str__(self) -> str:
        return f"retraining {self.pk} of project {self.project_id}"
