from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.learning.models import Model
from annotations.projects.models import Licence, Project
from annotations.samples.models import State


class PublicFace(models.Model):
    """What everybody may see of a project. Without such a row, or before the project's embargo is over, nothing.

    All of it is text that a manager wrote for strangers: what members have said of the project stays among them.
    """

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="public_face"
    )
    is_on = models.BooleanField(default=False)
    summary = models.TextField(blank=True, max_length=5000)
    citation = models.TextField(blank=True, max_length=1000)  # empty: made of the title, see `citing.py`
    contact = models.CharField(blank=True, max_length=200)  # whom strangers may ask, as the manager wrote it
    has_all_states = models.BooleanField(default=False)  # else validated objects alone
    columns = ArrayField(models.CharField(max_length=255), default=list, blank=True)  # names of free columns
    has_tables = models.BooleanField(default=False)  # counts by sample and taxon may be downloaded
    since = models.DateTimeField(null=True, blank=True)  # when it was last turned on

    def __str__(self) -> str:
        return f"public face of {self.project_id}"

    @property
    def states(self) -> tuple[State, ...]:
        """Those of the objects that everybody may see."""
        return tuple(State) if self.has_all_states else (State.VALIDATED,)

    @property
    def letters(self) -> list[str]:
        return [state.value for state in self.states]


class PublicFaceChange(models.Model):
    """The log of who showed what of a project to everybody, and who took it back."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="public_face_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()  # the choices, by their names
    after = models.JSONField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="public_face_change")]

    def __str__(self) -> str:
        return f"project {self.project_id}, {self.at:%Y-%m-%d %H:%M} UTC"

    @property
    def in_words(self) -> str:
        if self.before.get("is_on") != self.after.get("is_on"):
            return "shown to everybody" if self.after.get("is_on") else "no longer shown"
        return "changed: " + ", ".join(
            NAMES[name] for name in NAMES if self.before.get(name) != self.after.get(name)
        )


class PublicModel(models.Model):
    """What everybody may see of a model: its card. Name and summary are written for strangers, for a model is often
    called after a project that is none of their business."""

    model = models.OneToOneField(Model, primary_key=True, on_delete=models.CASCADE, related_name="public")
    is_on = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True, max_length=5000)
    licence = models.CharField(max_length=12, choices=Licence, blank=True)

    figures: dict  # the metrics of the whole; only on those that the catalogue has found

    def __str__(self) -> str:
        return self.name


class PublicModelChange(models.Model):
    """The log of who showed a model to everybody, and who took it back."""

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="public_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"model {self.model_id}, {self.at:%Y-%m-%d %H:%M} UTC"


NAMES = {  # what the page calls the choices
    "is_on": "who sees it",
    "summary": "summary",
    "citation": "citation",
    "contact": "contact",
    "has_all_states": "states",
    "columns": "columns",
    "has_tables": "tables",
    "embargo_until": "embargo",
}
