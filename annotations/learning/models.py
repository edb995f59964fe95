from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from classifier.contract.backbones import COMPACT


class LearningSet(models.Model):
    """What models learn from: objects with their labels and traits, frozen as Parquet, so that runs can be compared.

    `recipe` is what was asked for (recipe.py), `facts` what came out of it: counts, what was left out, versions.
    """

    name = models.CharField(max_length=200)
    projects = models.ManyToManyField(Project, related_name="learning_sets")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="learning_set")
    recipe = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)  # empty until it is frozen
    folder = models.CharField(max_length=200, blank=True)  # within SESTON_HOME, where it is not of its own
    artefact = models.CharField(
        max_length=100, blank=True
    )  # its key in the bucket; empty: it lies in a folder

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        return bool(self.facts)


class Backbone(models.Model):
    """A network that has learnt, or is learning, from vignettes without labels: it names nothing, models start from it.

    `filter` is what it learns from in each of its projects, `metrics` what probes said of labelled objects, as the
    classifier's metrics.json.
    """

    name = models.CharField(max_length=200)
    projects = models.ManyToManyField(Project, related_name="backbones")
    filter = models.JSONField(default=dict)
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="backbone")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict)  # loss, backbone, epochs, image_size, seed …
    history = models.JSONField(default=list)  # one entry an epoch: the curves of the page
    metrics = models.JSONField(default=dict)
    is_ready = models.BooleanField(default=False)
    archived = models.DateTimeField(null=True, blank=True)  # kept, but offered no more
    artefact = models.CharField(
        max_length=100, blank=True
    )  # its key in the bucket; empty: it lies in a folder
    mark = models.UUIDField(db_default=RandomUUID())  # copies that were brought in have that of the first
    is_foreign = models.BooleanField(
        default=False
    )  # brought in: its projects may use it, and taught it nothing
    card = models.JSONField(default=dict)  # of one that was brought in: licence, source, trained_on

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def network(self) -> str:
        """What it is built as."""
        return self.settings.get("backbone", COMPACT)


class Model(models.Model):
    """A trained classifier, or one that is being trained: its folder holds weights, calibration and figures.

    `classes` are the taxa in the order of the classifier's outputs.
    """

    class Method(models.TextChoices):
        MEASURE = "measure", "measure and classify"
        FEATURES = "features", "features and classify"
        NETWORK = "network", "fine-tuned network"
        REFIT = (
            "refit",
            "learns while people sort",
        )  # of one project; has no folder, is never ready to be offered

    name = models.CharField(max_length=200)
    projects = models.ManyToManyField(Project, related_name="models")
    method = models.CharField(max_length=8, choices=Method, default=Method.NETWORK)
    learning_set = models.ForeignKey(
        LearningSet, null=True, on_delete=models.PROTECT, related_name="models"
    )  # null: brought in as a folder
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )  # whose weights it started from
    start_backbone = models.ForeignKey(
        Backbone, null=True, blank=True, on_delete=models.SET_NULL, related_name="models"
    )  # or those of a backbone
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="model")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict)  # backbone, epochs, image_size, seed …
    classes = ArrayField(models.BigIntegerField(), default=list)
    history = models.JSONField(default=list)  # one entry an epoch: the curves of the page
    metrics = models.JSONField(default=dict)  # from held-out objects, as classifier's metrics.json
    is_ready = models.BooleanField(default=False)
    notes = models.TextField(blank=True)
    wanted_precision = models.FloatField(
        null=True, blank=True
    )  # what its predictions have to reach; null: always the best guess
    archived = models.DateTimeField(null=True, blank=True)  # kept, but offered no more
    artefact = models.CharField(
        max_length=100, blank=True
    )  # its key in the bucket; empty: it lies in a folder

    figures: dict  # the metrics of the whole; only on models that queries.registry has found

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> dict:
        """Of its learning set; empty for a model that was brought in as a folder."""
        return self.learning_set.facts if self.learning_set else {}

    @property
    def embeddings_until(self) -> datetime | None:
        """When what an archived model knows of similarity is removed, by `similarity.actions`."""
        days = timedelta(days=settings.EMBEDDING_DAYS)
        return self.archived + days if self.archived else None

    @property
    def predictions_until(self) -> datetime | None:
        """When what an archived model said of objects that show another's prediction is removed, by `archived.py`."""
        days = timedelta(days=settings.ARCHIVED_PREDICTION_DAYS)
        return self.archived + days if self.archived else None

    @property
    def folder_name(self) -> str:
        return str(self.pk)


class ProjectModel(models.Model):
    """The model that a project has made its own: it is offered first."""

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="own_model"
    )
    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="owned_by")

    def __str__(self) -> str:
        return f"model {self.model_id} of project {self.project_id}"


class Prediction(models.Model):
    """What a model said of an object: its best taxa with calibrated probabilities, three of a model, six of a refit.

    One of an object's predictions is current, the last model's that looked at it while it waited for a person or a
    rule: pages and filters read this one.
    """

    pk = models.CompositePrimaryKey("object_id", "model_id")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="predictions", db_index=False)
    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="predictions")
    is_current = models.BooleanField(default=True)
    taxa = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    candidates = ArrayField(models.BigIntegerField(), default=list)  # hold the true taxon 90 times in 100
    novelty = models.FloatField(null=True)  # share of the held-out objects that lie nearer to what was learnt
    batch_id = models.BigIntegerField(null=True)  # labels.Batch that wrote it
    created = models.DateTimeField(auto_now=True)

    class Meta:
        # the filters for what is unlike anything learnt, and for what may be of a taxon
        indexes = [
            models.Index(
                fields=["novelty"],
                name="prediction_novel",
                condition=models.Q(is_current=True, novelty__gte=0.95),
            ),
            GinIndex(fields=["candidates"], name="prediction_candidate", condition=models.Q(is_current=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["object"], name="prediction_current", condition=models.Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return f"prediction of object {self.object_id} by model {self.model_id}"


class FormerPrediction(models.Model):
    """Which prediction was current before a batch wrote another, and what it said: put back when that is undone.

    `model_id` is null where none was. What it said is kept here too, for its model may have spoken again since.
    """

    batch_id = models.BigIntegerField()  # labels.Batch that replaced it: a prediction, or its undo
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    model_id = models.BigIntegerField(null=True)
    taxa = ArrayField(models.BigIntegerField(), default=list)
    scores = ArrayField(models.FloatField(), default=list)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    novelty = models.FloatField(null=True)
    written_by = models.BigIntegerField(null=True)  # labels.Batch
    created = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch_id", "object"], name="former_prediction_once")]

    def __str__(self) -> str:
        return f"prediction of object {self.object_id} before batch {self.batch_id}"


class PredictionPreview(models.Model):
    """What one or two models would name random objects that nobody has settled: to look at, nothing of it is a label.

    Each of the `rows` is an object: [its number, its taxon now, then taxon and score by each of the job's `models`];
    null for no taxon, and for both where a model could not read the picture.
    """

    job = models.OneToOneField(Job, primary_key=True, on_delete=models.CASCADE, related_name="preview")
    waiting = models.IntegerField()  # objects of which these are drawn
    rows = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"preview of a prediction, job {self.job_id}"


class HeldOut(models.Model):
    """A held-out object of a model's evaluation: cells of the confusion matrix open the gallery on these.

    Figures are of the fold `test`; what was chosen by the fold `tune` is as unseen, and looked through for errors too.
    """

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="held_out", db_index=False)
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    taxon = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+", db_index=False)  # a person's
    predicted = models.ForeignKey(Taxon, on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.FloatField()
    fold = models.CharField(max_length=4, default="test")
    is_suspect = models.BooleanField(default=False)  # its label is probably wrong

    class Meta:
        indexes = [
            models.Index(fields=["model", "taxon", "predicted"], name="held_out_cell"),
            models.Index(
                fields=["model", "object"], name="held_out_suspect", condition=models.Q(is_suspect=True)
            ),
        ]

    def __str__(self) -> str:
        return f"held-out object {self.object_id} of model {self.model_id}"


class DeviceSpeed(models.Model):
    """How long an object takes a worker's device by a method, measured by a job; read by `duration.py`."""

    worker = models.CharField(max_length=200)  # the machine's name
    device = models.CharField(max_length=50)  # as a model's metrics have it: cpu, cuda:0
    method = models.CharField(max_length=8, choices=Model.Method)
    network = models.CharField(max_length=50, blank=True)  # a backbone, `patches`, or none
    image_size = models.PositiveIntegerField()  # pixels a side; 0: the method looks at no picture as a whole
    seconds_once = models.FloatField()  # an object of the learning set
    seconds_epoch = models.FloatField(default=0)  # and each time that it is seen again
    measured = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "device", "method", "network", "image_size"], name="device_speed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.network} on {self.worker} ({self.device})"
