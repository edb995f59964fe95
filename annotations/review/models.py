from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon

MOST_PAGE = 200  # objects


class ReviewOrder(models.TextChoices):
    """What is offered first."""

    PROGRESS = "progress", "Quickest progress"
    TEACH = "teach", "What teaches most"
    RISK = "risk", "What hurts most"
    TAXON = "taxon", "By taxon"
    SAMPLE = "sample", "By sample"


class ReviewPage(models.Model):
    """Objects that most likely deserve one answer, offered to one person: nobody else gets them meanwhile.

    It is over when all of its objects are settled, set aside or gone, or when the person skips it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="review_pages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    order = models.CharField(max_length=10, choices=ReviewOrder)
    criteria = models.JSONField(default=dict)  # the filter that it was chosen within
    reason = models.CharField(max_length=200)
    taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.CASCADE, related_name="+"
    )  # that is proposed; null: nobody knows
    is_mixed = models.BooleanField(default=False)  # each object is asked for as what it is predicted to be
    may_be_new = models.BooleanField(default=False)  # chosen by similarity, not by what a model calls it
    expected = models.JSONField(null=True)  # {value, low, high}: the share that is right to accept
    object_ids = ArrayField(models.BigIntegerField())  # strangers first
    opened = models.DateTimeField(auto_now_add=True)
    touched = models.DateTimeField(auto_now_add=True)  # when the person last did something on it
    ended = models.DateTimeField(null=True)
    is_skipped = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["project", "user"], name="review_page_open", condition=models.Q(ended=None)),
        ]

    def __str__(self) -> str:
        return f"review page {self.pk}: {len(self.object_ids)} objects"


class TaxonAnswers(models.Model):
    """How many of the objects of one answer that were proposed to be a taxon are it: the evidence for what is expected
    of the next pages."""

    page = models.ForeignKey(ReviewPage, on_delete=models.CASCADE, related_name="answers")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    right = models.IntegerField(default=0)
    wrong = models.IntegerField(default=0)
    expected_right = models.FloatField(default=0)  # the sum of the scores

    def __str__(self) -> str:
        return f"{self.right} of {self.right + self.wrong} are taxon {self.taxon_id}"


class SetAside(models.Model):
    """An object of which a person has said that it is not the taxon that was proposed, and not yet what it is."""

    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+", db_index=False)
    taxon = models.ForeignKey(
        Taxon, null=True, on_delete=models.CASCADE, related_name="+"
    )  # null: nothing was proposed
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object", "taxon"], name="set_aside_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"object {self.object_id} is not taxon {self.taxon_id}"
