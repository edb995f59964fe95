"""Corrections of what is known about samples, acquisitions and objects: planned, applied as one, undone by another."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.jobs.models import Job
from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.samples.models import STATES_WITHOUT_RULE, FreeColumn


class PackageUpdate(models.Model):
    """What a package says otherwise of what is here: a correction of each level, written together, taken back together.

    Without `applied` it is only a preview.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="package_updates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # the import that keeps its package: where it was only checked, it is applied from there
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    new = models.IntegerField(default=0)  # objects of the package that are not here
    changed = models.IntegerField(default=0)  # objects of which something changes
    same = models.IntegerField(default=0)
    columns = models.JSONField(default=list)  # {level, column, values} of each that changes
    left = models.IntegerField(default=0)  # cells that somebody changed between the preview and now
    created = models.DateTimeField(auto_now_add=True)
    labels = models.JSONField(default=dict)  # how many labels of the package have each outcome
    # those that were written, in the log of labels
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")
    applied = models.DateTimeField(null=True)
    taken_back = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="package_update_latest")]

    def __str__(self) -> str:
        return f"update {self.pk} from {self.file_name}"


class Correction(models.Model):
    """Who changed what of which rows, and when; without `applied` it is only a preview.

    One of a `filter` gives `value` to all objects that match it: its values are written when it is applied.
    """

    class CorrectionSource(models.TextChoices):
        CELL = "cell", "in the table"
        FORM = "form", "for many at once"
        FILE = "file", "from a file"
        API = "api", "by the API"
        UNDO = "undo", "put back"
        PACK = "pack", "from the package"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="corrections")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(max_length=4, choices=CorrectionSource)
    file_name = models.CharField(max_length=255, blank=True)
    level = models.CharField(
        max_length=10, choices=FreeColumn.Level, default=FreeColumn.Level.SAMPLE
    )  # whose rows
    rows = models.IntegerField()  # how many it changes
    package = models.ForeignKey(
        PackageUpdate, null=True, on_delete=models.CASCADE, related_name="corrections"
    )
    filter = models.JSONField(null=True)  # as Filter.as_dict writes it
    value = models.TextField(blank=True, default="")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")  # of many objects
    warning = models.TextField(blank=True, default="")  # what whoever looks at the preview should look at
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
    row_id = models.BigIntegerField()  # of the table of the correction's level; the row may be gone by now
    column = models.TextField()
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "row_id", "column"], name="corrected_once")
        ]
        # the preview of an update: the first rows of a column
        indexes = [models.Index(fields=["correction", "column", "row_id"], name="corrected_by_column")]

    def __str__(self) -> str:
        return f"{self.column}: {self.old} → {self.new}"


class UpdateOutcome(models.TextChoices):
    """What becomes of a label of a package."""

    CHANGES = "changes", "Change"
    WAITS = "waits", "Wait for their taxon"
    LATER = "later", "Stay: decided here later"
    PERSON = "person", "Stay: a person decided, the file predicts"
    PENDING = "pending", "Stay: another label waits already"
    MEANWHILE = "meanwhile", "Stay: changed since the preview"


class PackageLabel(models.Model):
    """A label of a package that differs from the one that its object has, and what becomes of it.

    Taxa and people are as the file names them: a preview makes none. `taxon_id` is the taxon of the site that the name
    meant then, by the mapping too: what was looked at is what is written.
    """

    update = models.ForeignKey(PackageUpdate, on_delete=models.CASCADE, related_name="package_labels")
    object_id = models.BigIntegerField()  # it may be gone by now
    version = models.IntegerField()  # of the object, when it was compared
    outcome = models.CharField(max_length=10, choices=UpdateOutcome)
    from_taxon_id = models.BigIntegerField(null=True)
    from_state = models.CharField(max_length=1)
    taxon_id = models.BigIntegerField(null=True)  # none: it waits, or is to be created
    name = models.CharField(max_length=200, blank=True)
    lineage = ArrayField(models.TextField(), default=list)
    ecotaxa_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=1, choices=STATES_WITHOUT_RULE)
    score = models.FloatField(null=True)
    margin = models.FloatField(null=True)
    entropy = models.FloatField(null=True)
    annotator = models.CharField(max_length=150, blank=True)
    annotator_email = models.CharField(max_length=254, blank=True)
    labelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["update", "object_id"], name="package_label_once")]
        # the preview: those of an outcome, a page at a time
        indexes = [models.Index(fields=["update", "outcome", "object_id"], name="package_label_outcome")]

    def __str__(self) -> str:
        return f"object {self.object_id}: {self.name}, {self.state}"
