"""The table of networks that cut scans into objects."""

from django.conf import settings
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project


class Segmenter(models.Model):
    """A network that has learnt, or is learning, from outlines on scans of its project: its folder holds the weights.

    `scans` has a line for each that it learnt from or was measured on: `scan`, `file_name`, `objects`, `by_people` of
    these, and `held_out`.
    `taxa` are its classes by their names, none where it tells organisms from the background alone. `metrics` is the
    library's metrics.json, `examples` are crops of held-out scans, `recipe_figures` is what the threshold of `recipe`
    makes of the same scan.
    """

    name = models.CharField(max_length=200)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="segmenters")
    kind = models.CharField(max_length=20)  # a name of `kinds.py`
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="segmenter")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict)  # of its kind, as the contract checks them
    scans = models.JSONField(default=list)
    taxa = models.JSONField(default=dict)
    history = models.JSONField(default=list)  # one entry an epoch: the curves of the page
    metrics = models.JSONField(default=dict)
    examples = models.JSONField(default=list)
    recipe = models.ForeignKey("scans.SavedRecipe", null=True, on_delete=models.SET_NULL, related_name="+")
    recipe_figures = models.JSONField(null=True)
    card = models.JSONField(default=dict)  # of one that was brought in: licence, source, trained_on
    is_foreign = models.BooleanField(default=False)  # it was trained elsewhere, and brought in
    is_ready = models.BooleanField(default=False)
    archived = models.DateTimeField(null=True, blank=True)  # kept, but offered no more
    artefact = models.CharField(max_length=100, blank=True)  # key in the bucket; empty: it lies in a folder

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="segmenter_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def learnt_from(self) -> list[dict]:
        return [one for one in self.scans if not one["held_out"]]

    @property
    def held_out(self) -> list[dict]:
        return [one for one in self.scans if one["held_out"]]
