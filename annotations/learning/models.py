from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon


class Model(models.Model):
    """A trained network, or one that is being trained: its folder holds weights, learning set and figures.

    `classes` are the taxa in the order of the network's outputs.
    """

    name = models.CharField(max_length=200)
    projects = models.ManyToManyField(Project, related_name="models")
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="model")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict)  # backbone, epochs, image_size, seed …
    classes = ArrayField(models.BigIntegerField(), default=list)
    learning_set = models.JSONField(
        default=dict
    )  # counts of objects, taxa, samples; file name; version of the code
    history = models.JSONField(default=list)  # one entry an epoch: the curves of the page
    metrics = models.JSONField(default=dict)  # from held-out objects, as classifier's metrics.json
    is_ready = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def folder_name(self) -> str:
        return str(self.pk)


class Prediction(models.Model):
    """What the last model to look at an object said: its three best taxa with calibrated probabilities."""

    object = models.OneToOneField(
        Object, primary_key=True, on_delete=models.CASCADE, related_name="prediction"
    )
    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="predictions")
    taxa = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    created = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"prediction of object {self.object_id} by model {self.model_id}"


class HeldOut(models.Model):
    """A held-out object of a model's evaluation: cells of the confusion matrix open the gallery on these."""

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="held_out", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+", db_index=False)  # a person's
    predicted = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["model", "taxon", "predicted"], name="held_out_cell")]

    def __str__(self) -> str:
        return f"held-out object {self.object_id} of model {self.model_id}"
