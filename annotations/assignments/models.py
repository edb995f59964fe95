from django.conf import settings
from django.db import models

from annotations.samples.models import Sample


class Assignment(models.Model):
    """A sample that a person is to sort. It forbids nobody else to."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    due = models.DateField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "user"], name="assigned_once")]

    def __str__(self) -> str:
        return f"{self.sample} to {self.user}"
