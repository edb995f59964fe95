from django.conf import settings
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait


class Sampling(models.TextChoices):
    """How the objects of a reading are chosen."""

    RANDOM = "random", "At random"
    TAXON = "taxon", "The same number of each taxon"
    SAMPLE = "sample", "The same number of each sample"
    TAXON_SHARE = "taxon_share", "Of each taxon by its share"
    SAMPLE_SHARE = "sample_share", "Of each sample by its share"


class Reading(models.Model):
    """A blind second reading: several people name the same objects, and see nobody else's names until it is closed.

    What they say of each is its taxon, or the value of one trait.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="readings")
    name = models.CharField(max_length=100)
    trait = models.ForeignKey(
        Trait, null=True, on_delete=models.RESTRICT, related_name="readings"
    )  # null: the taxon is read
    sampling = models.CharField(max_length=20, choices=Sampling, default=Sampling.RANDOM)
    seed = models.IntegerField(default=0)  # the same seed draws the same objects of the same project
    criteria = models.JSONField(default=dict)  # the filter that they were drawn from
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    closed = models.DateTimeField(
        null=True
    )  # from then on the figures are open, and nothing is chosen any more
    figures = models.JSONField(
        default=dict
    )  # of readings/measuring.py, from when it was closed; empty before
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Reader", related_name="readings")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Reader(models.Model):
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    submitted = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "user"], name="reader_once_a_reading")]

    def __str__(self) -> str:
        return f"{self.user} reads {self.reading}"


class ReadingObject(models.Model):
    """An object of a reading."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="reading_objects")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    settled = models.DateTimeField(null=True)  # when an expert decided between different names

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "object"], name="object_once_a_reading")]

    def __str__(self) -> str:
        return f"{self.object} in {self.reading}"


class Choice(models.Model):
    """What a reader said of an object. No label and no value: nothing of it is seen in the project."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="choices")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.PROTECT, related_name="+"
    )  # null: can't tell, or a trait is read
    value = models.JSONField(null=True)  # of the trait, as `Value.as_json`; null where the taxon is read
    chosen = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "object", "reader"], name="choice_once_a_reader")
        ]

    def __str__(self) -> str:
        choice = self.taxon or "can’t tell" if self.value is None else self.value
        return f"{self.reader}: {choice}"
