from django.db import models
from pgvector.django import HalfVectorField

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object


class Space(models.Model):
    """An embedding space: what one model makes of pictures. Distances mean something within a space only."""

    model = models.OneToOneField(Model, on_delete=models.CASCADE, related_name="space")
    dimensions = models.IntegerField()
    is_indexed = models.BooleanField(default=False)  # has its HNSW index; until then every object is compared

    def __str__(self) -> str:
        return f"space of {self.model}"


class Embedding(models.Model):
    """Where an object lies in a space: half precision is as good as single for neighbours, at half the room."""

    pk = models.CompositePrimaryKey("object_id", "space_id")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    vector = HalfVectorField()  # of `space.dimensions`

    class Meta:
        indexes = [models.Index(fields=["space", "project"], name="embedding_of_project")]

    def __str__(self) -> str:
        return f"embedding of object {self.object_id} in space {self.space_id}"
