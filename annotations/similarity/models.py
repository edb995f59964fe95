from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object


class EmbeddingSpace(models.Model):
    """What something makes of objects: a classifier, a self-supervised backbone, or what is measured of them.

    Distances mean something within one space only. Its owner is what its kind asks for, and nothing else.
    """

    class Kind(models.TextChoices):
        CLASSIFIER = "classifier", "a classifier"
        BACKBONE = "backbone", "a self-supervised backbone"
        MEASUREMENTS = "measurements", "measurements"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CLASSIFIER)
    name = models.CharField(max_length=200)
    version = models.IntegerField(default=1)  # of what makes it: another version is another space
    model = models.OneToOneField(Model, null=True, on_delete=models.CASCADE, related_name="space")
    backbone = models.CharField(max_length=200, blank=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="embedding_spaces")
    dimensions = models.IntegerField()
    details = models.JSONField(default=dict)  # of measurements: how they are standardised
    is_ready = models.BooleanField(default=True)  # until then nobody is offered it
    is_indexed = models.BooleanField(default=False)  # has its HNSW index; until then every object is compared

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="classifier", model__isnull=False, backbone="", project=None)
                | (Q(kind="backbone", model=None, project=None) & ~Q(backbone=""))
                | Q(kind="measurements", model=None, backbone="", project__isnull=False),
                name="embedding_space_has_owner",
            ),
            models.UniqueConstraint(
                fields=["project", "version"],
                name="embedding_space_of_project",
                condition=Q(kind="measurements"),
            ),
            models.UniqueConstraint(
                fields=["backbone", "version"],
                name="embedding_space_of_backbone",
                condition=Q(kind="backbone"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Embedding(models.Model):
    """Where an object lies in a space: half precision is as good as single for neighbours, at half the room."""

    pk = models.CompositePrimaryKey("object_id", "space_id")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    vector = HalfVectorField()  # of `space.dimensions`

    class Meta:
        indexes = [models.Index(fields=["space", "project"], name="embedding_of_project")]

    def __str__(self) -> str:
        return f"embedding of object {self.object_id} in space {self.space_id}"
