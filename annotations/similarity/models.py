from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from annotations.accounts.models import User
from annotations.common.percent import percent
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object


class EmbeddingSpace(models.Model):
    """What something makes of objects: a classifier, a self-supervised backbone, or what is measured of them.

    Distances mean something within one space only. Its owner is what its kind asks for, and nothing else.
    """

    class Kind(models.TextChoices):
        CLASSIFIER = "classifier", "a classifier"
        BACKBONE = "backbone", "a self-supervised backbone"
        MEASUREMENTS = "measurements", "measurements"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CLASSIFIER)
    name = models.CharField(max_length=200)
    version = models.IntegerField(default=1)  # of what makes it: another version is another space
    model = models.OneToOneField(Model, null=True, on_delete=models.CASCADE, related_name="space")
    backbone = models.CharField(max_length=200, blank=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="embedding_spaces")
    dimensions = models.IntegerField()
    details = models.JSONField(default=dict)  # of measurements: how they are standardised
    is_ready = models.BooleanField(default=True)  # until then nobody is offered it
    is_indexed = models.BooleanField(default=False)  # has its HNSW index; until then every object is compared

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="classifier", model__isnull=False, backbone="", project=None)
                | (Q(kind="backbone", model=None, project=None) & ~Q(backbone=""))
                | Q(kind="measurements", model=None, backbone="", project__isnull=False),
                name="embedding_space_has_owner",
            ),
            models.UniqueConstraint(
                fields=["project", "version"],
                name="embedding_space_of_project",
                condition=Q(kind="measurements"),
            ),
            models.UniqueConstraint(
                fields=["backbone", "version"],
                name="embedding_space_of_backbone",
                condition=Q(kind="backbone"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def width_before(self) -> int | None:
        """How many numbers an object had before principal components made them fewer."""
        return self.details.get("width_before")

    @property
    def percent_kept(self) -> str:
        """The variance that principal components have kept, in words."""
        return percent(self.details.get("variance_kept", 1.0))


class Embedding(models.Model):
    """Where an object lies in a space: half precision is as good as single for neighbours, at half the room."""

    pk = models.CompositePrimaryKey("object_id", "space_id")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    vector = HalfVectorField()  # of `space.dimensions`

    class Meta:
        indexes = [models.Index(fields=["space", "project"], name="embedding_of_project")]

    def __str__(self) -> str:
        return f"embedding of object {self.object_id} in space {self.space_id}"


class OwnSpace(models.Model):
    """The space in which a project compares its objects where nobody names another: a manager has marked it."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="own_space"
    )
    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"space {self.space_id} of project {self.project_id}"


class DueEmbedding(models.Model):
    """A project that a running job may have passed by: objects came, or got other pictures, while it was on its way.

    When it has ended, beat starts another one, if there is anything left to look at.
    """

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    requested = models.DateTimeField()

    def __str__(self) -> str:
        return f"objects of project {self.project_id} to be embedded"


class DuplicateSearch(models.Model):
    """The last search for near-duplicates in a project that came to its end."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    space = models.ForeignKey(EmbeddingSpace, null=True, on_delete=models.SET_NULL, related_name="+")
    threshold = models.FloatField()  # cosine distance up to which two objects are near-duplicates
    objects_compared = models.IntegerField()
    finished = models.DateTimeField()

    def __str__(self) -> str:
        return f"search for near-duplicates in project {self.project_id}"


class DuplicateGroup(models.Model):
    """Objects that look the same: each is near another one of them, or their pictures are the same file."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="duplicate_groups")
    place = models.IntegerField()  # those whose validated labels contradicted each other come first
    is_contradictory = models.BooleanField()  # when it was found
    is_exact = models.BooleanField()  # all are the same file
    distance = models.FloatField()  # the largest that joined two of them
    is_kept = models.BooleanField(default=False)  # somebody said that these are no duplicates
    kept_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # labels.Batch that gave all of it one taxon; a number, for whoever deletes a batch should not have to look here
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "is_kept", "place"], name="duplicates_in_order")]

    def __str__(self) -> str:
        return f"near-duplicates {self.pk}"


class DuplicateMember(models.Model):
    """An object of a group of near-duplicates."""

    pk = models.CompositePrimaryKey("group_id", "object_id")
    group = models.ForeignKey(
        DuplicateGroup, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"object {self.object_id} in near-duplicates {self.group_id}"


class NearPair(models.Model):
    """Two objects that a running search has found near each other; gone when it ends."""

    pk = models.CompositePrimaryKey("project_id", "first", "second")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    distance = models.FloatField()

    def __str__(self) -> str:
        return f"objects {self.first} and {self.second}"
