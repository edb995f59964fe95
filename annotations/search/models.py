from django.conf import settings
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Object


class SavedView(models.Model):
    """A filter, order and captions under a name: one's own, or shared with the members of the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=4000)  # the query string of the bench
    is_shared = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "owner", "name"], name="view_once_a_person")
        ]

    def __str__(self) -> str:
        return self.name


class RankedObject(models.Model):
    """Where an object stands in an order that somebody worked out (rankings.py): the least rank comes first."""

    pk = models.CompositePrimaryKey("project_id", "name", "object_id")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    rank = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["project", "name", "rank", "object"], name="ranked_object_order")]

    def __str__(self) -> str:
        return f"object {self.object_id} by {self.name}: {self.rank:g}"
