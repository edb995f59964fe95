from django.db import models

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace


class Refitting(models.Model):
    """How a project learns while people sort it: whether it does, from what, and how far it has come.

    It is due where `requested`, up to when people’s labels are to be learnt from, lies behind `answered`, up to when
    they have been.
    """

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="refitting"
    )
    is_on = models.BooleanField(default=True)
    requested = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)
    refitted = models.DateTimeField(null=True)  # when its predictions were written last
    space = models.ForeignKey(EmbeddingSpace, null=True, on_delete=models.SET_NULL, related_name="+")
    model = models.OneToOneField(Model, null=True, on_delete=models.SET_NULL, related_name="refitting")
    labels = models.IntegerField(default=0)  # of people that it was fitted to
    changed = models.IntegerField(default=0)  # objects that got another taxon or score the last time
    method = models.CharField(max_length=12, blank=True)  # discriminant or logistic
    heads = models.BinaryField(default=bytes)  # the last fit, to start from, as the worker packs it

    def __str__(self) -> str:
        return f"learning while sorting project {self.project_id}"


class RefitMeasurement(models.Model):
    """How learning while sorting does in a project: fitted without some samples, it was asked what is in them.

    With `model` these are the samples that this trained model was tested on, and both are measured on the same objects,
    which neither has learnt from. Without, as long as none is trained, a fifth of the project's samples.
    """

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="refit_measurements", db_index=False
    )
    model = models.ForeignKey(Model, null=True, on_delete=models.CASCADE, related_name="refit_measurements")
    created = models.DateTimeField()
    labels = models.IntegerField()  # of people, in the whole project
    objects_tested = models.IntegerField()
    samples_tested = models.IntegerField()
    # of `accuracy` and `macro_f1`: `refit` with `refit_interval`, `full`, and full less refit: `difference` with
    # `interval`; empty where there are too few objects or samples to say anything
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "model"], name="refit_measured_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"learning while sorting project {self.project_id}, measured beside model {self.model_id}"
