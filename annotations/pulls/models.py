from django.db import models

from annotations.jobs.models import Job


class PullToken(models.Model):
    """What a job signs in with at the EcoTaxa server, encrypted. It goes when the job ends."""

    job = models.OneToOneField(Job, primary_key=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()

    def __str__(self) -> str:
        return f"token of job {self.job_id}"
