from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon

USER = settings.AUTH_USER_MODEL


class Comment(models.Model):
    """What somebody says of an object, or of a taxon of the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    object = models.ForeignKey(Object, null=True, on_delete=models.CASCADE, related_name="comments")
    taxon = models.ForeignKey(Taxon, null=True, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    key = models.UUIDField(null=True)  # of what was sent: the same sent again is this comment
    created = models.DateTimeField(auto_now_add=True)
    edited = models.DateTimeField(null=True)
    removed = models.DateTimeField(null=True)  # the line stays, its text is gone
    removed_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["project", "taxon", "id"], name="comment_taxon")]
        constraints = [
            models.CheckConstraint(
                condition=Q(object=None) ^ Q(taxon=None), name="comment_on_an_object_or_a_taxon"
            ),
            models.UniqueConstraint(fields=["author", "key"], name="comment_once_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"

    @property
    def changed(self) -> str:
        """When it came to be as it is now, for pages that look whether they show it so."""
        return (self.removed or self.edited or self.created).isoformat()

    @property
    def mentioned(self) -> dict[str, str]:
        """Who is told of it: the user name in small letters, and the person's whole name."""
        people = [mention.user for mention in self.mentions.all()]
        return {person.username.lower(): person.display_name for person in people}


class Mention(models.Model):
    """Somebody was named in a comment with an @."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="mentions")
    seen = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(seen=None), name="mention_unseen"),
            models.Index(fields=["user", "-id"], name="mention_inbox"),
        ]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.comment}"


class TaxonNote(models.Model):
    """How to recognise a taxon in this project. Not changed, but taken back: a new note follows the old one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="taxon_notes")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    author = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.taxon}: {self.text[:40]}"


class ReferenceImage(models.Model):
    """An object that shows what a taxon looks like."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reference_images")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    caption = models.CharField(max_length=200, blank=True)
    pinned_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "taxon", "object"], name="reference_image_once")
        ]

    def __str__(self) -> str:
        return f"{self.taxon}: {self.object}"
