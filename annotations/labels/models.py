from django.conf import settings
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Object, Sample, State
from annotations.taxonomy.models import Taxon


class BatchKind(models.TextChoices):
    LABEL = "label", "Labelled"
    UNDO = "undo", "Undone"
    PREDICTION = "prediction", "Predicted"
    IMPORT = "import", "Imported"
    UPDATE = "update", "Updated"  # labels of objects that were here, by a later package
    TRAIT = "trait", "Trait values"
    REMAP = "remap", "Remapped"  # a name was mapped, or a taxon merged: who labelled and when stays
    RULE = "rule", "Machine-validated"  # by a rule that a person set: nobody looked at the objects
    ROLLBACK = "rollback", "Rolled back"  # a person's labels since a moment, put back at once


class Batch(models.Model):
    """Changes made at one stroke, by a person or by a model; undone together.

    An undo is a batch of its own, and so is the redo that undoes it: a chain that hangs on its first batch, the `root`.
    The root knows how the chain ends, so that nobody has to walk it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="batches")
    kind = models.CharField(max_length=10, choices=BatchKind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # learning.Model; a number, because labels lie below learning
    model_id = models.BigIntegerField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    # numbers, as of model_id: whoever deletes an empty batch should not have to look for what hangs on it
    root_id = models.BigIntegerField(null=True)  # null: it is one
    step = models.PositiveIntegerField(default=0)  # 0 the root, 1 its undo, 2 the redo, 3 the next undo …
    latest_id = models.BigIntegerField(null=True)  # of a root: the end of its chain, once it was undone
    is_undone = models.BooleanField(default=False)  # of a root: what its chain amounts to
    # what was asked for: taxon, state, trait, value; of a rule: taxon, threshold; of a roll-back: person, since, until;
    # of an update: file, file_wins
    details = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.IntegerField(default=0)
    # of a part that followed its objects from another project: the batch that it is of (labels/transfer.py)
    origin_id = models.BigIntegerField(null=True)

    class Meta:
        # what a person did last in a project
        indexes = [
            models.Index(
                fields=["origin_id"], name="batch_origin", condition=models.Q(origin_id__isnull=False)
            ),
            models.Index(fields=["project", "user", "-id"], name="batch_of_person"),
            models.Index(fields=["project", "-id"], name="batch_of_project"),
        ]

    def __str__(self) -> str:
        return f"{BatchKind(self.kind).label}: {self.changed} objects, {self.created:%Y-%m-%d %H:%M} UTC"

    @property
    def is_doing(self) -> bool:
        """Whether it does something or does it again; else it takes something back."""
        return self.step % 2 == 0


class Change(models.Model):
    """The annotation log: one row a label changed, never updated, never deleted while its object lives.

    What it names is there when it is written: the object is locked, its taxa and people are held by its own keys. So no
    row is checked again; only whoever deletes an object, a batch, a taxon or a person is (migration 0015).
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="changes", db_constraint=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="changes", db_constraint=False)
    version = models.IntegerField()  # of the object after the change
    # of an undo, redo or roll-back: the version whose label the object has again; of a merge: has still, by the taxon's
    # new name. Both leave the object where it was, so that what was done before can be undone too.
    restores = models.IntegerField(null=True)
    from_taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    from_state = models.CharField(max_length=1, choices=State)
    from_score = models.FloatField(null=True)
    from_margin = models.FloatField(null=True)
    from_entropy = models.FloatField(null=True)
    from_annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    from_labelled_at = models.DateTimeField(null=True)
    to_taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    to_state = models.CharField(max_length=1, choices=State)
    to_score = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"object {self.object_id}: {State(self.from_state).label} → {State(self.to_state).label}"


class Tally(models.Model):
    """How many objects a (sample, taxon, state) has: the sum of `count` over its rows.

    Kept by triggers on samples_object (migration 0002), appended as deltas and compacted by labels/tally.py, so that
    no two writers ever wait for the same row. Nothing goes with a sample or a project: their objects take it along.
    """

    project = models.ForeignKey(Project, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=1, choices=State)
    count = models.BigIntegerField()

    class Meta:
        # the taxon panel: everything of a project, straight from the index
        indexes = [
            models.Index(
                fields=["project", "sample", "taxon", "state"], include=["count"], name="tally_panel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} objects, {State(self.state).label}"


class SettledTally(models.Model):
    """How many objects a person has settled on a day (UTC), as they are now: the sum of `count` over its rows.

    Kept as `Tally` is (migration 0008). Nothing goes with a person, either.
    """

    project = models.ForeignKey(Project, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        # the page of progress, straight from the index
        indexes = [
            models.Index(fields=["project", "day", "annotator"], include=["count"], name="settled_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.count} objects, {self.day}"
