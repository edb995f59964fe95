from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.similarity.models import EmbeddingSpace


class MapProjection(models.Model):
    """How a project's objects are laid out in two dimensions, from where they lie in an embedding space.

    Of principal components, `basis` is all there is: {mean, components, spread, share}; where an object lies is
    reckoned from its embedding when it is asked for. Of UMAP the places are rows of `ProjectedPoint`.
    """

    class Method(models.TextChoices):
        PCA = "pca", "principal components"
        UMAP = "umap", "UMAP"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="projections")
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=4, choices=Method)
    options = models.JSONField(default=dict)  # of UMAP: neighbours, min_dist
    basis = models.JSONField(default=dict)
    bounds = models.JSONField(default=list)  # [least x, largest x, least y, largest y]
    fitted_to = models.IntegerField(default=0)  # so many objects
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "space", "method"], name="projection_once_a_space"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} of {self.space}"


class ProjectedPoint(models.Model):
    """Where an object lies, as a share of the projection's bounds: 0 to 65,535."""

    pk = models.CompositePrimaryKey("projection_id", "object_id")
    projection = models.ForeignKey(MapProjection, on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    x = models.IntegerField()
    y = models.IntegerField()

    def __str__(self) -> str:
        return f"object {self.object_id} in projection {self.projection_id}"
