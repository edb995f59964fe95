"""The log of projects that were deleted, and of what became of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.projects.models import Project

USER = settings.AUTH_USER_MODEL


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def waiting(self) -> "DeletionQuerySet":
        """Of projects that are in the bin."""
        return self.filter(restored=None, gone=None)

    def due(self) -> "DeletionQuerySet":
        """Whose days in the bin are over."""
        return self.waiting().filter(deleted__lte=timezone.now() - timedelta(days=settings.BIN_DAYS))


class Deletion(models.Model):
    """A project was put into the bin; then somebody restored it, or it is gone. The row stays when the project goes."""

    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="deletions")
    title = models.CharField(max_length=255)
    objects_then = models.BigIntegerField()  # how many it had
    deleted = models.DateTimeField()
    deleted_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    restored = models.DateTimeField(null=True)
    restored_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    gone = models.DateTimeField(null=True)

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

    @property
    def until(self) -> datetime:
        """From when on nobody can restore it."""
        return self.deleted + timedelta(days=settings.BIN_DAYS)

    @property
    def is_due(self) -> bool:
        return self.until <= timezone.now()
