"""Corrections of what is known about samples: planned, then applied as one, and undone by another correction."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Sample


class Correction(models.Model):
    """Who changed what of which samples, and when; without `applied` it is only a preview."""

    class CorrectionSource(models.TextChoices):
        CELL = "cell", "in the table"
        FORM = "form", "for many samples at once"
        FILE = "file", "from a file"
        API = "api", "by the API"
        UNDO = "undo", "undone"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="corrections")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(max_length=4, choices=CorrectionSource)
    file_name = models.CharField(max_length=255, blank=True)
    samples = models.IntegerField()  # how many it changes
    columns = ArrayField(models.TextField())  # which ones, as keys
    created = models.DateTimeField(auto_now_add=True)
    applied = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="correction_latest")]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class CorrectedValue(models.Model):
    """One cell: texts as `columns.py` writes them, empty where there is no value."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="values")
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="+")
    column = models.TextField()
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "sample", "column"], name="corrected_once")
        ]

    def __str__(self) -> str:
        return f"{self.column}: {self.old} → {self.new}"
