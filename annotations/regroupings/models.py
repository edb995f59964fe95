from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon


class OtherTaxa(models.TextChoices):
    """What becomes of taxa that no row of a regrouping is about."""

    APART = "apart", "stand as they are labelled"
    TOGETHER = "together", "stand together, as “not grouped”"
    LEFT_OUT = "left_out", "are left out of results"


class Regrouping(models.Model):
    """A table of taxa and the groups that they count for. A row is about a taxon with all below it, as far as no row is
    about one of those: the nearest counts. `revision` grows with each change, so that nobody overwrites another's."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="regroupings")
    name = models.CharField(max_length=100)
    others = models.CharField(max_length=8, choices=OtherTaxa, default=OtherTaxa.TOGETHER)
    source = models.CharField(max_length=500, blank=True)  # what it was made from, in words
    revision = models.IntegerField(default=1)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    is_retired = models.BooleanField(default=False)  # offered no more; its links and its log go on

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "project", Lower("name"), condition=Q(is_retired=False), name="regrouping_once_a_project"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RegroupingGroup(models.Model):
    """What taxa of a regrouping count for. Its number stays when it is renamed, so links to its objects do, too."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=100)
    is_left_out = models.BooleanField(default=False)  # of results: neither counted nor in a share

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("regrouping", Lower("name"), name="taxon_group_once")]

    def __str__(self) -> str:
        return self.name


class GroupedTaxon(models.Model):
    """One row of a regrouping."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="rows")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(RegroupingGroup, on_delete=models.CASCADE, related_name="rows")

    class Meta:
        ordering = ["taxon__display_name"]
        constraints = [models.UniqueConstraint(fields=["regrouping", "taxon"], name="taxon_grouped_once")]

    def __str__(self) -> str:
        return f"{self.taxon} → {self.group}"


class RegroupingEdit(models.Model):
    """The log: who changed what of a regrouping. `changes` are sentences, the first of many."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="edits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    revision = models.IntegerField()  # that it made
    changes = models.JSONField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.regrouping}, revision {self.revision}"
