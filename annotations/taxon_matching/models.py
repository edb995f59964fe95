"""Names on their way into the tree: what packages brought that the site did not know."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

from annotations.jobs.models import Job
from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.samples.models import STATES_WITHOUT_RULE, Object
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import NameField

USER = settings.AUTH_USER_MODEL


class NameState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SETTLED = "settled", "Settled"
    REFUSED = "refused", "Refused"


class PendingName(models.Model):
    """A taxon as a package of the project named it, which the site did not know. Once settled, it is known in the
    project: the next package that brings it is labelled at once.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pending_names")
    name = NameField(max_length=400)
    lineage = ArrayField(models.CharField(max_length=400), default=list)
    ecotaxa_id = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=NameState, default=NameState.WAITING)
    taxon = models.ForeignKey(Taxon, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "nomenclature_unknownname"  # from before it was called so: no rows had to move
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "project",
                "ecotaxa_id",
                Func(
                    F("lineage"), Value(0), function="hash_array_extended"
                ),  # homonyms wait beside each other
                name="unknown_name_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(state=NameState.SETTLED) ^ models.Q(taxon=None),
                name="settled_name_has_taxon",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PendingLabel(models.Model):
    """The label of an object whose taxon is still only a name: who gave it and when stays until it can be applied."""

    object = models.OneToOneField(
        Object, primary_key=True, on_delete=models.CASCADE, related_name="pending_label"
    )
    pending = models.ForeignKey(
        PendingName, on_delete=models.CASCADE, related_name="labels", db_index=False, db_column="unknown_id"
    )
    state = models.CharField(max_length=1, choices=STATES_WITHOUT_RULE)
    score = models.FloatField(null=True)
    margin = models.FloatField(null=True)
    entropy = models.FloatField(null=True)
    annotator = models.ForeignKey(
        USER, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    labelled_at = models.DateTimeField(null=True)
    # of the object, where an update brought it: the label that stood then gives way, also a person's
    version = models.IntegerField(null=True)

    class Meta:
        db_table = "nomenclature_keptlabel"
        # all objects of a name, a chunk at a time
        indexes = [models.Index(fields=["pending", "object"], name="kept_label_of_name")]

    def __str__(self) -> str:
        return f"object {self.object_id}: {self.pending}"


class Settling(models.Model):
    """Names that a person settled at one stroke: what it takes to undo it. The labels are in the batch of the log."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="settlings")
    user = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    names = models.JSONField(default=list)  # of each {name, before, after}: its state and taxon
    made = ArrayField(models.BigIntegerField(), default=list)  # taxa that were created for it
    traits = models.JSONField(default=list)  # as traits.vocabulary.apply_to_settled notes them
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")  # that labels
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")
    undone = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{len(self.names)} names, {self.created:%Y-%m-%d %H:%M} UTC"


class Merge(models.Model):
    """A taxon that was merged into another: what it takes to undo it. The labels are in the batches of the log."""

    taxon = models.ForeignKey(Taxon, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Taxon, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    tree = models.JSONField(default=dict)  # what taxonomy/editing.py needs to put the tree back
    batches = models.ManyToManyField(Batch, related_name="+")  # one a project
    undone = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.taxon} → {self.into}"
