from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon


class Clustering(models.Model):
    """Objects of a project that a job has put into clusters, in one embedding space."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="clusterings")
    space = models.ForeignKey(EmbeddingSpace, null=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    job_id = models.BigIntegerField(unique=True)  # a number: jobs end and go
    criteria = models.JSONField(default=dict)  # the filter that the objects were chosen by
    settings = models.JSONField(default=dict)  # smallest, last, sample, seed
    created = models.DateTimeField(auto_now_add=True)
    objects_seen = models.IntegerField()
    objects_clustered = models.IntegerField()
    revision = models.IntegerField(default=0)  # of its tree: one more with each change

    def __str__(self) -> str:
        return f"clustering {self.pk}: {self.objects_clustered} of {self.objects_seen} objects"


class ClusterState(models.TextChoices):
    """How far people are with a cluster."""

    OPEN = "open", "Open"
    VALIDATED = "validated", "Validated"  # what does not belong was taken out; it may grow
    GROWN = "grown", "Grown"  # it waits for a name
    NAMED = "named", "Named"
    GONE = "gone", "Gone"  # merged into another, or split


class Cluster(models.Model):
    """Objects that lie densely together, or a group of clusters, which has no objects of its own."""

    clustering = models.ForeignKey(Clustering, on_delete=models.CASCADE, related_name="clusters")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    number = models.IntegerField()  # within its clustering, from 1 on, the largest of a round first
    name = models.CharField(max_length=200, blank=True)  # that people call it meanwhile
    is_group = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ClusterState, default=ClusterState.OPEN)
    size = models.IntegerField()  # its members, those that were taken out not among them
    round = models.IntegerField(default=1)
    place = models.FloatField(default=0)  # among its siblings; what is alike stands together
    revision = models.IntegerField(default=0)  # of the tree, in which it was moved, renamed or dissolved last
    core = ArrayField(models.BigIntegerField(), default=list)  # objects nearest to where it is densest
    novelty = models.FloatField(
        null=True
    )  # how far it lies from what is labelled, in spreads of labelled taxa
    # who has it open, and since when they last did something
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    touched = models.DateTimeField(null=True)
    # what it was named, at last; whether that stands, the batch says
    taxon = models.ForeignKey(Taxon, null=True, on_delete=models.SET_NULL, related_name="+")
    batch_id = models.BigIntegerField(null=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    named_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clustering", "number"], name="cluster_number_once"),
        ]
        indexes = [
            models.Index(fields=["clustering", "-size", "id"], name="cluster_largest"),
            models.Index(
                fields=["batch_id"], name="cluster_batch", condition=models.Q(batch_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{'Group' if self.is_group else 'Cluster'} {self.number}"


class TreeChange(models.Model):
    """One change of a clustering's tree, with the rows before and after it: it can be taken back."""

    clustering = models.ForeignKey(Clustering, on_delete=models.CASCADE, related_name="tree_changes")
    revision = models.IntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    job_id = models.BigIntegerField(
        null=True, unique=True
    )  # that proposed it; taken up again it changes nothing
    created = models.DateTimeField(auto_now_add=True)
    summary = models.CharField(max_length=300)
    before = models.JSONField()  # of each row that it changed: see tree/editing.py
    after = models.JSONField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clustering", "revision"], name="tree_change_revision"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of the tree of clustering {self.clustering_id}"


class MemberState(models.TextChoices):
    """Stored as one letter."""

    DENSE = "F", "Found"  # by the clustering
    GROWN = "G", "Grown"  # accepted while growing
    OUT = "O", "Taken out"  # a person said that it does not belong


class ClusterMember(models.Model):
    """An object in a cluster, or one of which a person has said that it does not belong there."""

    pk = models.CompositePrimaryKey("cluster_id", "object_id")
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="members", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    distance = models.FloatField()  # to the core, in its radii: 1 is the border
    state = models.CharField(max_length=1, choices=MemberState, default=MemberState.DENSE)

    class Meta:
        indexes = [models.Index(fields=["cluster", "-distance", "object"], name="member_strangers")]

    def __str__(self) -> str:
        return f"object {self.object_id} in cluster {self.cluster_id}"


class Growth(models.Model):
    """How far people are with growing a cluster: which candidates there are, where the border is looked for."""

    cluster = models.OneToOneField(Cluster, on_delete=models.CASCADE, related_name="growth")
    candidates = ArrayField(models.BigIntegerField())  # the nearest first
    distances = ArrayField(models.FloatField())
    search = models.JSONField(default=dict)  # see bisection.py
    pages = models.IntegerField(default=0)  # that were answered

    def __str__(self) -> str:
        return f"growth of cluster {self.cluster_id}"


class DeletedClustering(models.Model):
    """The log of clusterings that were deleted: who, when, and what went with it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deleted_clusterings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    number = models.BigIntegerField()  # of the clustering
    created = models.DateTimeField()
    objects_clustered = models.IntegerField()
    clusters = models.IntegerField()  # without those that were merged or split
    named = models.IntegerField()  # of these

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"clustering {self.number} of project {self.project_id}, deleted {self.at:%Y-%m-%d %H:%M} UTC"
