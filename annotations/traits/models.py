from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.samples.models import STATES_WITHOUT_RULE, Object
from classifier.contract.traits import TraitKind

TRAIT_KINDS = [(kind.value, kind.label) for kind in TraitKind]


class Icon(models.TextChoices):
    """Shapes, not colours: they can be told apart by everybody, and in print."""

    DISC = "●", "disc"
    RING = "○", "ring"
    SQUARE = "■", "square"
    BOX = "□", "box"
    UP = "▲", "triangle up"
    DOWN = "▼", "triangle down"
    DIAMOND = "◆", "diamond"
    STAR = "★", "star"
    CROSS = "✚", "cross"
    WAVE = "≈", "waves"
    CHAIN = "∞", "chain"
    ARROW = "➤", "arrow"


class FromMarks(models.TextChoices):
    """What of the marks drawn with a label gives a number, summed over an object's marks; angles are a mean."""

    COUNT = "count", "how many"
    LENGTH = "length", "length"
    AREA = "area", "area"
    ESD = "esd", "equivalent spherical diameter"
    ANGLE = "angle", "angle"


# by the unit of the trait, what a pixel's side in micrometres is raised to, and the factor from micrometres
UNITS = {
    FromMarks.COUNT: {"": (0, 1.0)},
    FromMarks.LENGTH: {"µm": (1, 1.0), "mm": (1, 1e-3), "px": (0, 1.0)},
    FromMarks.ESD: {"µm": (1, 1.0), "mm": (1, 1e-3), "px": (0, 1.0)},
    FromMarks.AREA: {"µm²": (2, 1.0), "mm²": (2, 1e-6), "px²": (0, 1.0)},
    FromMarks.ANGLE: {"°": (0, 1.0)},
}

YES_NO = [{"key": "yes", "name": "yes"}, {"key": "no", "name": "no"}]


class Trait(models.Model):
    """One entry of a project's vocabulary.

    `applies_to` are taxa (with those below), `applies_to_names` names that a package brought and the site does not
    know: no object has them, until they are settled and stand among the taxa. Both empty: it applies to all. With
    `only_if`, it applies where that other trait has one of `only_if_choices`. `key` never changes: exports, filters
    and learning sets name a trait by it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="traits")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=60, blank=True)  # what it stands under: Reproduction, Feeding …
    kind = models.CharField(max_length=8, choices=TRAIT_KINDS)
    unit = models.CharField(max_length=20, blank=True)
    choices = models.JSONField(default=list, blank=True)  # [{key, name}], in order
    help = models.TextField(blank=True)
    icon = models.CharField(max_length=2, choices=Icon, blank=True)
    quick_key = models.CharField(max_length=1, blank=True)
    default = models.JSONField(null=True, blank=True)  # as `value` of the API; offered, never given by itself
    concept = models.URLField(max_length=300, blank=True)  # an external vocabulary's word for it
    applies_to = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # taxon_matching.PendingName; numbers, because traits lie below it
    applies_to_names = ArrayField(models.BigIntegerField(), default=list, blank=True)
    only_if = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="dependents"
    )
    only_if_choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    # key of a label of marks: what people draw with it gives the value (marks/values.py)
    mark_label = models.CharField(max_length=60, blank=True)
    mark_measure = models.CharField(max_length=6, choices=FromMarks, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)  # a retired trait keeps its values, and is offered no more

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="trait_once_a_project"),
            models.UniqueConstraint(
                fields=["project", "quick_key"],
                condition=models.Q(is_active=True) & ~models.Q(quick_key=""),
                name="trait_quick_key_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def applies_to_all(self) -> bool:
        return not self.applies_to and not self.applies_to_names

    def choice_name(self, key: str) -> str:
        return next((choice["name"] for choice in self.choices if choice["key"] == key), key)


class VocabularyVersion(models.Model):
    """The whole vocabulary as it was from `created` on: exports and learning sets name the version they used."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="vocabularies")
    number = models.IntegerField()
    content = models.JSONField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="vocabulary_version_once")]

    def __str__(self) -> str:
        return f"vocabulary {self.number} of {self.project}"


class TraitExample(models.Model):
    """An object of the project that shows what the trait, or one of its choices, looks like."""

    trait = models.ForeignKey(Trait, on_delete=models.CASCADE, related_name="examples")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trait", "object", "choice"], name="trait_example_once")
        ]

    def __str__(self) -> str:
        return f"object {self.object_id} shows {self.trait}"


class TraitValue(models.Model):
    """What is said of an object's trait. No row, or unclassified: nobody has looked. `is_hidden`: it can't be seen.

    A value that was taken back stays as an unclassified row, so that its version counts on. Written by
    traits/actions.py and nowhere else.
    """

    pk = models.CompositePrimaryKey("object_id", "trait_id")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="traits", db_index=False)
    trait = models.ForeignKey(Trait, on_delete=models.RESTRICT, related_name="+", db_index=False)
    choices = ArrayField(models.CharField(max_length=60), default=list)
    number = models.FloatField(null=True)
    text = models.TextField(blank=True)
    is_hidden = models.BooleanField(default=False)
    state = models.CharField(max_length=1, choices=STATES_WITHOUT_RULE)
    score = models.FloatField(null=True)  # calibrated probability, where a model predicted it
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    model_id = models.BigIntegerField(
        null=True
    )  # learning.Model; a number, because traits lie below learning
    set_at = models.DateTimeField()
    version = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["trait", "state", "choices"], include=["object"], name="trait_choice"),
            models.Index(
                fields=["trait", "number"],
                include=["object", "state"],
                condition=models.Q(number__isnull=False),
                name="trait_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trait} of object {self.object_id}"


class TraitTally(models.Model):
    """How many objects have a value of a trait in a state: the sum of `count` over its rows; none of what was taken
    back.

    Kept by triggers on traits_traitvalue (migration 0005) as labels.Tally is; nothing goes with a trait.
    """

    trait = models.ForeignKey(
        Trait, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    choices = ArrayField(models.CharField(max_length=60), default=list)
    is_hidden = models.BooleanField()
    state = models.CharField(max_length=1, choices=STATES_WITHOUT_RULE)
    count = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["trait"], name="tally_trait")]

    def __str__(self) -> str:
        return f"{self.count} objects, {self.choices}"


class TraitChange(models.Model):
    """The log: one row a value changed. `before` and `after` are whole values as JSON; null: nobody had looked."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="trait_changes")
    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="trait_changes")
    trait = models.ForeignKey(Trait, on_delete=models.RESTRICT, related_name="+", db_index=False)
    version = models.IntegerField()  # of the value after the change
    restores = models.IntegerField(null=True)  # as `labels.Change.restores`
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.trait} of object {self.object_id}, version {self.version}"
