"""Tables of segmentation: recipes, their runs on scans, and what runs have found so far."""

from django.conf import settings
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.scans.models import Scan

USER = settings.AUTH_USER_MODEL


class SavedRecipe(models.Model):
    """How objects are cut out of scans, under a name. A recipe is never changed: a change is another revision."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="segmentation_recipes")
    name = models.CharField(max_length=100)
    revision = models.IntegerField(default=1)
    settings = models.JSONField()  # all of them, as `classifier.contract.segmentation` checks them
    author = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "revision"], name="segmentation_recipe_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, revision {self.revision}"


class SegmentationRun(models.Model):
    """A recipe applied to a scan, by its threshold or by a segmenter.

    First all segments are found (`segments`), then they become objects (`applied`). In between a run
    waits for a person where it would replace objects of an earlier one.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="segmentation_runs")
    # no constraint: scans go by SQL when their last object moves elsewhere; runs of such a scan are not listed
    scan = models.ForeignKey(
        Scan, on_delete=models.CASCADE, db_constraint=False, related_name="segmentation_runs"
    )
    recipe = models.ForeignKey(SavedRecipe, on_delete=models.RESTRICT, related_name="runs")
    # finds objects in the place of the recipe's threshold; gone with its project: `figures` has its name still
    segmenter = models.ForeignKey(
        "scans.Segmenter", null=True, on_delete=models.SET_NULL, related_name="runs"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")  # the last one
    owner = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    segments = models.IntegerField(null=True)  # how many were found; none: not all tiles have been looked at
    plan = models.JSONField(
        null=True
    )  # {"left_out": [number of a segment, …], "goes": [object, …]}, once decided
    numbered_from = models.IntegerField(null=True)  # of its first object, `<scan>_<number>`
    new = models.IntegerField(default=0)  # objects that it makes, decided with the plan
    written = models.IntegerField(default=0)  # of these so far
    named = models.IntegerField(default=0, db_default=0)  # of these by the segmenter
    left_out = models.IntegerField(default=0)  # segments that overlap an object that stays
    stayed = models.IntegerField(default=0)  # objects of the scan that were there, and are still
    replaced = models.IntegerField(default=0)  # objects of earlier runs that went into the bin
    deletion = models.ForeignKey(
        "deletions.ObjectDeletion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    figures = models.JSONField(default=dict)  # threshold or segmenter, seconds, histogram of sizes
    applied = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="segmentation_run_newest")]

    def __str__(self) -> str:
        return f"{self.recipe} on scan {self.scan_id}"

    @property
    def segmenter_name(self) -> str:
        """Empty where the recipe's threshold finds objects."""
        return self.segmenter.name if self.segmenter else self.figures.get("segmenter", "")

    @property
    def has_outlines(self) -> bool:
        """Whether it knows which pixels are an object's; else it has their boxes alone."""
        return self.figures.get("has_outlines", True)


class SegmentedTile(models.Model):
    """What was found in a tile of a scan, as `classifier.segmentation` writes it: a killed run goes on behind it."""

    run = models.ForeignKey(SegmentationRun, on_delete=models.CASCADE, related_name="tiles")
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="segmented_tile_once")]

    def __str__(self) -> str:
        return f"tile {self.number} of run {self.run_id}"
