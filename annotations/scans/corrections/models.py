"""The log of corrections of outlines. Nothing is overwritten: what there was stands in it, and comes back from it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from annotations.projects.models import Project
from annotations.scans.models import Scan

USER = settings.AUTH_USER_MODEL


class CorrectionKind(models.TextChoices):
    CUT = "cut", "Outline cut"
    MERGE = "merge", "Outlines merged"
    DELETE = "delete", "Deleted on the scan"
    DRAW = "draw", "Outline drawn"
    RESHAPE = "reshape", "Outline drawn anew"


class OutlineCorrection(models.Model):
    """What a person did to outlines on a scan.

    `before` and `after` are states of objects, as `states.py` writes them: of what there was, with the pictures and
    numbers of an object that stays; of what there is then, new ones last.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="outline_corrections")
    # no constraint: scans go by SQL when their last object moves elsewhere
    scan = models.ForeignKey(
        Scan, on_delete=models.CASCADE, db_constraint=False, related_name="corrections", db_index=False
    )
    kind = models.CharField(max_length=10, choices=CorrectionKind)
    author = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    object_ids = ArrayField(models.BigIntegerField(), default=list)  # of both
    numbered_from = models.IntegerField(null=True)  # of its first new object, `<scan>_<number>`
    new = models.IntegerField(default=0)  # objects that it made
    deletion = models.ForeignKey(
        "deletions.ObjectDeletion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    undone = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["scan", "-id"], name="outline_correction_newest"),
            GinIndex(fields=["object_ids"], name="outline_correction_object"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone__isnull=False) | Q(undone_by=None), name="outline_correction_undone"
            )
        ]

    def __str__(self) -> str:
        return f"correction {self.pk} of scan {self.scan_id}"
