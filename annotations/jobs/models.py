import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.jobs.titles import title_of
from annotations.projects.models import Project


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = [JobState.QUEUED, JobState.RUNNING]
FINENESS = 1000  # steps of a bar that is made of parts


class Job(models.Model):
    """A long work that somebody asked for.

    queued → running → done | failed | cancelled, and back to queued when what it needs is away for a while. A running
    job whose heartbeat stops is taken up by another worker from `checkpoint`, the note that each finished chunk leaves.
    `attempt` is the number of the claim: only who holds the last one may write, see `progress.py`.
    """

    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=200, blank=True)  # what it has for itself, see `JobKind.subject`
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
    attempt = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)  # of workers, since the last checkpoint
    delays = models.PositiveSmallIntegerField(default=0)  # times it was put back, since the last checkpoint
    not_before = models.DateTimeField(null=True)  # of a job that was put back
    cancel_requested = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    dispatched = models.DateTimeField(null=True)
    started = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    expires = models.DateTimeField(
        null=True
    )  # when the file that it made, or what was uploaded for it, is removed

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
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                name="one_live_job",
                condition=Q(state__in=UNFINISHED) & ~Q(subject=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def title(self) -> str:
        return f"{title_of(self.kind)} {self.pk}"

    @property
    def warnings(self) -> list[dict]:
        """What the person should know of, though it stopped nothing: dicts of file, line, column, message."""
        return self.result.get("warnings", [])

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def is_expired(self) -> bool:
        """Whether the time of the file that it made, or of its upload, is over."""
        return self.expires is not None and self.expires <= timezone.now()

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def counts_things(self) -> bool:
        """Whether `done` and `total` are objects, pictures, scans … rather than steps of a bar made of parts."""
        return self.total != FINENESS


class JobPart(models.Model):
    """A range of numbers of a job that several workers share; one of them at a time holds it, see `sharing.py`."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts")
    reached = models.BigIntegerField()  # what is done goes up to this number
    last = models.BigIntegerField()
    is_done = models.BooleanField(default=False)
    note = models.JSONField(default=dict)  # what its finished chunks add up to
    attempt = models.PositiveIntegerField(
        default=0
    )  # how often it was taken: only who took it last may write
    session = models.CharField(
        max_length=63, blank=True
    )  # of its holder, see `session_name` of `progress.py`
    heartbeat = models.DateTimeField(null=True)  # of its holder
    bare_rate = models.FloatField(null=True)  # objects/s of the holder's model, if it did nothing else

    class Meta:
        ordering = ["last"]
        indexes = [models.Index(fields=["job", "last"], name="part_left", condition=Q(is_done=False))]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.reached} to {self.last}"


class Upload(models.Model):
    """A file that is sent piece by piece, until it is handed to a job. How much has arrived says the file itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)  # what people call it
    size = models.BigIntegerField()  # bytes, when it is whole
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()  # moves on with each piece

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.size:,} bytes)"
