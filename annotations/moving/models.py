from django.conf import settings
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project


class Move(models.Model):
    """Who moved or copied how many objects from where to where. Both projects show it, also when the other is gone."""

    source = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="moves_out")
    target = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="moves_in")
    source_title = models.CharField(max_length=255)
    target_title = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_copy = models.BooleanField(default=False)
    is_merge = models.BooleanField(default=False)  # all objects of the source, which is empty then
    adds_members = models.BooleanField(default=False)
    criteria = models.JSONField(default=dict)  # the filter
    expected = models.IntegerField()  # how many were asked for
    objects_done = models.IntegerField(default=0)  # how many are over there
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.objects_done:,} objects from {self.source_title} to {self.target_title}"

    @property
    def verb(self) -> str:
        return "copied" if self.is_copy else "merged" if self.is_merge else "moved"
