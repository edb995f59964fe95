"""The log of projects, and of objects and samples in them, that were deleted, and of what became of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import ParentImage

USER = settings.AUTH_USER_MODEL


def bin_cutoff() -> datetime:
    """What was put into the bin up to this moment has been there for all its days."""
    return timezone.now() - timedelta(days=settings.BIN_DAYS)


class Binned(models.Model):
    """Somebody deleted it; then somebody restored it, or it is gone."""

    deleted = models.DateTimeField()
    deleted_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    restored = models.DateTimeField(null=True)
    restored_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    gone = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def until(self) -> datetime:
        """From when on nobody can restore it."""
        return self.deleted + timedelta(days=settings.BIN_DAYS)

    @property
    def is_due(self) -> bool:
        return self.until <= timezone.now()


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def waiting(self) -> "DeletionQuerySet":
        """Of projects that are in the bin."""
        return self.filter(restored=None, gone=None)

    def due(self) -> "DeletionQuerySet":
        """Whose days in the bin are over."""
        return self.waiting().filter(deleted__lte=bin_cutoff())


class Deletion(Binned):
    """A project was put into the bin; then somebody restored it, or it is gone. The row stays when the project goes."""

    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="deletions")
    title = models.CharField(max_length=255)
    objects_then = models.BigIntegerField()  # how many it had

    objects = DeletionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], name="once_in_the_bin", condition=Q(restored=None, gone=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, deleted {self.deleted:%Y-%m-%d %H:%M} UTC"


class ObjectDeletionQuerySet(models.QuerySet["ObjectDeletion"]):
    def waiting(self) -> "ObjectDeletionQuerySet":
        """What is in the bin, or partly so."""
        return self.filter(bin__isnull=False)

    def due(self) -> "ObjectDeletionQuerySet":
        """Whose days in the bin are over, also in projects that are in the bin themselves."""
        return self.waiting().filter(deleted__lte=bin_cutoff())


class ObjectDeletion(Binned):
    """Objects that match a filter, or whole samples, were put into the bin of their project: a hidden project, to which
    they moved with everything on them. `bin` is empty before that, and when they were restored or are gone.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="object_deletions")
    bin = models.OneToOneField(Project, null=True, on_delete=models.SET_NULL, related_name="held_for")
    criteria = models.JSONField(default=dict)  # the filter
    samples = ArrayField(models.BigIntegerField(), default=list)  # that go whole; empty: objects of a filter
    # the scan on which people corrected outlines: one line of the bin a person and day. Without a constraint, since
    # scans go by SQL when their last object moves elsewhere
    scan = models.ForeignKey(
        ParentImage,
        null=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    words = models.TextField(blank=True)  # of the filter or the samples, as they were called then
    expected = models.IntegerField()  # how many objects were asked for
    objects_then = models.IntegerField(default=0)  # how many went into the bin
    samples_then = models.IntegerField(default=0)
    # which sample and acquisition of the project each of the bin stands for: {"sample": [[in bin, in project], …], …}
    originals = models.JSONField(default=dict)
    gone_by = models.ForeignKey(
        USER, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # none: its days were over
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")  # the last one

    objects = ObjectDeletionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["scan", "deleted_by", "-id"],
                name="object_deletion_of_corrections",
                condition=Q(scan__isnull=False, bin__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.objects_then:,} objects of {self.project}, deleted {self.deleted:%Y-%m-%d %H:%M} UTC"
