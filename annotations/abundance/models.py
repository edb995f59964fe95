from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object, Sample
from annotations.taxonomy.models import Taxon


class Basis(models.TextChoices):
    """What an estimate stands on: as classifier.statistics.abundance, and where nothing is left to estimate."""

    EXACT = "exact", "counted"
    RANDOM = "random", "random objects"
    BORROWED = "borrowed", "other samples"
    BY_MODEL = "model", "model alone"
    VALIDATED = "validated", "validated alone"


class AbundanceTable(models.Model):
    """Counts per sample and taxon as they were estimated last in a project: a newer one takes its place."""

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="abundance"
    )
    model = models.ForeignKey(
        Model, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # null: none was asked, or it is gone
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField()  # as of when objects were counted
    objects_seen = models.BigIntegerField()
    taxa_below = ArrayField(models.BigIntegerField(), default=list)  # taxa that hold all that is below them
    # the widest interval of each sample, the widest first: {sample, taxon, half_width, relative, objects}
    proposals = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"abundance in project {self.project_id}"


class SampleAbundance(models.Model):
    """A sample of the table: what its estimates stand on. It holds no sample that goes: who reads, joins samples."""

    table = models.ForeignKey(
        AbundanceTable, on_delete=models.CASCADE, related_name="samples", db_index=False
    )
    sample = models.ForeignKey(
        Sample, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    basis = models.CharField(max_length=10, choices=Basis)
    uses_model = models.BooleanField()
    objects_seen = models.BigIntegerField()
    validated = models.BigIntegerField()  # by people
    dubious = models.BigIntegerField(default=0)  # people could not tell: of no taxon
    drawn = models.BigIntegerField()  # of both, chosen by chance, so that they speak for others
    # of the others: what the model gives to taxa beyond its best ones, and objects that it has not looked at
    unnamed = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "sample"], name="sample_abundance_once")]

    def __str__(self) -> str:
        return f"abundance in sample {self.sample_id}"


class TaxonAbundance(models.Model):
    """How many objects of a taxon a sample holds, with an interval of 95 %. Nor does it hold the sample."""

    table = models.ForeignKey(
        AbundanceTable, on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    sample = models.ForeignKey(
        Sample, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+", db_index=False)
    counted = models.BigIntegerField()  # validated by people
    estimate = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    # by the model's confusion matrix and by Saerens' EM; null where nothing was held out, or the model has not looked.
    # Intervals are null, too, where held-out objects are of too few samples to tell how these differ
    adjusted = models.FloatField(null=True)
    adjusted_low = models.FloatField(null=True)
    adjusted_high = models.FloatField(null=True)
    em = models.FloatField(null=True)
    em_low = models.FloatField(null=True)
    em_high = models.FloatField(null=True)

    class Meta:
        indexes = [
            # one taxon in all samples, one sample's taxa: the most first
            models.Index(fields=["table", "taxon", "-estimate", "id"], name="abundance_of_taxon"),
            models.Index(fields=["table", "sample", "-estimate", "id"], name="abundance_of_sample"),
            models.Index(fields=["table", "id"], name="abundance_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.estimate:.0f} of taxon {self.taxon_id} in sample {self.sample_id}"


class ValidationPlan(models.Model):
    """Objects drawn by chance, to be validated: then they speak for the others of their samples."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="validation_plans")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"validation plan {self.pk}"


class SamplingFrame(models.Model):
    """The objects of a sample that nobody had settled at one moment, in an order by chance that a seed fixes.

    Plans draw from the front of the order, so the first n are a random sample of it for every n. Who was in it is told
    by the log: what was settled by `created` was not. Objects that came later are in no frame that stands.
    """

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="sampling_frames")
    created = models.DateTimeField()
    size = models.BigIntegerField()
    last_object = models.BigIntegerField()  # the greatest id of the sample then
    seed = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.size} objects of sample {self.sample_id}"


class DrawnObject(models.Model):
    """The object at a place of its frame's order, from 1."""

    plan = models.ForeignKey(ValidationPlan, on_delete=models.CASCADE, related_name="drawn")
    frame = models.ForeignKey(SamplingFrame, on_delete=models.CASCADE, related_name="drawn", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    place = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "place"], name="drawn_place_once")]

    def __str__(self) -> str:
        return f"object {self.object_id} at place {self.place}"
