from django.conf import settings
from django.db import models

from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon


class TaxonSlot(models.Model):
    """The taxon that a person gives by a digit in a project."""

    MOST = 9

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()  # the digit
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    is_pinned = models.BooleanField(default=False)
    unused = models.PositiveSmallIntegerField()  # how many of the person's slots were used since

    class Meta:
        ordering = ["unused"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "number"], name="slot_once_a_number"),
            models.UniqueConstraint(fields=["project", "user", "taxon"], name="slot_once_a_taxon"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 9)), name="slot_of_a_digit"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.taxon_id}"
