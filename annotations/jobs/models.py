from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.projects.models import Project


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


TITLES = {
    "import_package": "Import",
    "import_taxa": "Import of taxa",
    "settle_name": "Labels of a name",
    "merge_taxa": "Merging of taxa",
    "undo_merge": "Undoing a merge",
    "export_project": "Export",
    "freeze_set": "Learning set",
    "train": "Training",
    "predict": "Prediction",
    "export_model": "Export of a model",
    "import_model": "Import of a model",
    "index_column": "Quick sorting",
    "measure": "Measurement",
    "import_marks": "Import of marks",
}
UNFINISHED = [JobState.QUEUED, JobState.RUNNING]


class Job(models.Model):
    """A long work that somebody asked for.

    queued → running → done | failed | cancelled. A running job whose heartbeat stops is taken up by another
    worker from `checkpoint`, the note that each finished chunk leaves.
    """

    kind = models.CharField(max_length=30)
    queue = models.CharField(max_length=10, default="cpu")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    params = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    log = models.TextField(blank=True)
    errors = models.JSONField(default=list)  # [{file, line, column, message}]
    result = models.JSONField(default=dict)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    dispatched = models.DateTimeField(null=True)
    started = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # the page of a project's jobs, newest first
            models.Index(fields=["project", "-id"], name="job_project"),
            # the watch that takes up what a dead worker left
            models.Index(
                fields=["state", "heartbeat"], name="job_unfinished", condition=Q(state__in=UNFINISHED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def title(self) -> str:
        return f"{TITLES.get(self.kind, self.kind)} {self.pk}"

    @property
    def warnings(self) -> list[dict]:
        """What the person should know of, though it stopped nothing: dicts of file, line, column, message."""
        return self.result.get("warnings", [])

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
