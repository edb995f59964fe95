from django.conf import settings
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon


class CheckAnswer(models.TextChoices):
    """What a look says of a label."""

    RIGHT = "right", "Right"
    WRONG = "wrong", "Wrong"
    CANNOT_TELL = "cannot_tell", "Cannot tell"


class QualityCheck(models.Model):
    """How many labels of a set are right, from one person's looks at objects that were drawn from it at random.

    The set is what the filter matched at one moment, each object with the label that it had then.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="quality_checks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # who started it, and looks
    criteria = models.JSONField(default=dict)  # the filter that the set is
    words = models.TextField(blank=True)  # the same for people; empty: all that is labelled
    objects_in_set = models.BigIntegerField(null=True)  # when it was frozen; null: it is being drawn
    drawn = models.IntegerField(default=0)  # objects that one may look at
    half_width = models.FloatField(null=True)  # the target: of the interval, as a share
    least = models.FloatField(null=True)  # or a precision, of which one wants to be certain
    is_blind = models.BooleanField(default=False)  # whoever looks doesn't see the label
    seed = models.BigIntegerField()  # the same seed draws the same objects of the same set
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")  # that draws it
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(
        null=True
    )  # from then on nothing is answered, and members see the figures
    figures = models.JSONField(default=dict)  # of checks/figures.py, from when it was finished; empty before

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="quality_check_of_project")]

    def __str__(self) -> str:
        return f"quality check {self.pk}: {self.words or 'all that is labelled'}"


class QualityLook(models.Model):
    """An object of a check with the label that is judged, and what the look at it said. No label is changed by it."""

    quality_check = models.ForeignKey(QualityCheck, on_delete=models.CASCADE, related_name="looks")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    place = models.IntegerField()  # in the random order, from 1
    taxon = models.ForeignKey(Taxon, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=1, choices=State)
    version = models.IntegerField()  # of the object when it was drawn
    score = models.FloatField(null=True)
    answer = models.CharField(max_length=11, choices=CheckAnswer, null=True)  # null: not looked at
    named = models.ForeignKey(
        Taxon, null=True, on_delete=models.PROTECT, related_name="+"
    )  # what it is, where the look names it
    answered = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quality_check", "place"], name="look_once_a_place"),
            models.UniqueConstraint(fields=["quality_check", "object"], name="object_once_a_check"),
        ]

    def __str__(self) -> str:
        return f"look {self.place} of check {self.quality_check_id}: {self.answer or 'waits'}"
