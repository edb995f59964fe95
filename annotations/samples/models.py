from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL

from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon


class State(models.TextChoices):
    """Stored as one letter; pages and the API say the word (`label.lower()`).

    It says who looked: nobody, a model, a rule that a person set (machine-validated: nobody looked at the object), or a
    person, who is sure of it (validated) or in doubt (dubious).
    """

    UNCLASSIFIED = "U", "Unclassified"
    PREDICTED = "P", "Predicted"
    MACHINE_VALIDATED = "M", "Machine-validated"
    DUBIOUS = "D", "Dubious"
    VALIDATED = "V", "Validated"

    @classmethod
    def from_word(cls, word: str) -> "State":
        """`validated` → State.VALIDATED. Raises KeyError for any other word."""
        return {state.word: state for state in cls}[word.lower()]

    @property
    def word(self) -> str:
        return self.label.lower()


class DayPhase(models.TextChoices):
    """The part of the day by the sun: twilight is nautical, between 0.8° and 12° below the horizon."""

    DAY = "D", "Day"
    NIGHT = "N", "Night"
    DAWN = "A", "Dawn"
    DUSK = "U", "Dusk"

    @classmethod
    def names_in_words(cls) -> list[str]:
        return [phase.name.lower() for phase in cls]


# of what no rule gives: traits, and labels that wait for a name
STATES_WITHOUT_RULE = [(state.value, state.label) for state in State if state != State.MACHINE_VALIDATED]


class Sample(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="samples")
    original_id = models.CharField(max_length=255)
    latitude = models.FloatField(null=True)  # decimal degrees north, the mean of its objects
    longitude = models.FloatField(null=True)  # decimal degrees east
    fields = models.JSONField(default=dict)  # free columns, all text, as EcoTaxa has them

    class Meta:
        ordering = ["original_id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "original_id"], name="sample_once_a_project")
        ]

    def __str__(self) -> str:
        return self.original_id


class Extent(models.Model):
    """When and where the objects of a sample were taken, at the widest: a filter by time, sun, depth or place need not
    look into samples that hold nothing of the kind. Kept by triggers (migration 0016); never narrower than the truth.
    """

    sample = models.OneToOneField(Sample, primary_key=True, on_delete=models.CASCADE, related_name="extent")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    months = ArrayField(models.SmallIntegerField(), default=list)
    hours = ArrayField(models.SmallIntegerField(), default=list)  # of the day, UTC
    suns = ArrayField(models.CharField(max_length=1), default=list)
    taken_first = models.DateTimeField(null=True)
    taken_last = models.DateTimeField(null=True)
    shallowest = models.FloatField(null=True)  # lower end of the highest object, metres
    deepest = models.FloatField(null=True)  # upper end of the lowest object, metres
    top = models.FloatField(null=True)  # from where down to where its objects reach, metres
    bottom = models.FloatField(null=True)
    south = models.FloatField(null=True)
    north = models.FloatField(null=True)
    west = models.FloatField(null=True)
    east = models.FloatField(null=True)
    first_object = models.BigIntegerField(null=True)  # the least and the largest id that objects of it have
    last_object = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"extent of {self.sample_id}"


class Acquisition(models.Model):
    """One run of an instrument over a sample, with the process that cut its vignettes (always one to one)."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="acquisitions")
    original_id = models.CharField(max_length=255)
    instrument = models.CharField(max_length=255, blank=True)
    pixel_um = models.FloatField(null=True)  # side of a pixel in micrometres
    pixel_source = models.CharField(max_length=200, blank=True)  # where that is from, for people
    fields = models.JSONField(default=dict)
    process_original_id = models.CharField(max_length=255, blank=True)
    process_fields = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "original_id"], name="acquisition_once_a_sample")
        ]

    def __str__(self) -> str:
        return self.original_id


class Object(models.Model):
    """What the gallery reads: narrow on purpose. Measured columns live in ObjectFields, pictures in Image."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, db_index=False)
    acquisition = models.ForeignKey(Acquisition, on_delete=models.CASCADE)
    # taxon and annotator: held by triggers that look at each once a statement, not once a row (migration 0014)
    taxon = models.ForeignKey(Taxon, null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    state = models.CharField(max_length=1, choices=State, default=State.UNCLASSIFIED)
    score = models.FloatField(null=True)  # calibrated probability of the predicted taxon, 0 to 1
    margin = models.FloatField(null=True)  # score of the first less that of the second taxon
    # of all the probabilities, as a share of that of a blind guess: 0 is sure, 1 is clueless
    entropy = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    depth_min = models.FloatField(null=True)  # metres, positive downwards
    depth_max = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)
    # A date may come without a time of day: then `taken_at` is midnight and this says so.
    has_time = models.BooleanField(default=True)
    # worked out by PostgreSQL from time and place (migration 0004)
    sun = models.GeneratedField(
        expression=RawSQL("sun_at(taken_at, latitude, longitude, has_time)", []),
        output_field=models.CharField(max_length=1, choices=DayPhase, null=True),
        db_persist=True,
    )
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    labelled_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            # the whole project in the order of arrival; all of a state, when that state is common
            models.Index(fields=["project", "id"], name="object_arrival"),
            # most and least certain first: what has a score. A person's label has none, so it need not be written here
            models.Index(
                fields=["project", "score", "id"], name="object_score_order", condition=Q(score__isnull=False)
            ),
            # by date, by depth, by how sure a model was: of the first against the second, and altogether
            models.Index(fields=["project", "taken_at", "id"], name="object_date"),
            models.Index(fields=["project", "depth_min", "id"], name="object_depth"),
            models.Index(
                fields=["project", "margin", "id"],
                name="object_margin_order",
                condition=Q(margin__isnull=False),
            ),
            models.Index(
                fields=["project", "entropy", "id"],
                name="object_entropy_order",
                condition=Q(entropy__isnull=False),
            ),
            # what comes behind these three
            models.Index(
                fields=["project", "id"],
                name="object_unscored",
                condition=Q(score=None) | Q(margin=None) | Q(entropy=None),
            ),
            # at random
            models.Index("project", Func(F("id"), function="hashint8"), "id", name="object_random"),
            # one (taxon, state) in the order of arrival; the gallery merges several of these
            models.Index(fields=["project", "taxon", "state", "id"], name="object_taxon"),
            # review: one predicted taxon, most and least certain first
            models.Index(
                fields=["project", "taxon", "state", "score", "id"],
                name="object_review_order",
                condition=Q(score__isnull=False) | Q(state__in=[State.PREDICTED, State.MACHINE_VALIDATED]),
            ),
            # one (taxon, state) by date
            models.Index(fields=["project", "taxon", "state", "taken_at", "id"], name="object_taxon_date"),
            # what one person has labelled, latest first
            models.Index(fields=["project", "annotator", "labelled_at", "id"], name="object_annotator"),
            # one sample, any order (a sample is small enough to sort)
            models.Index(fields=["sample", "taxon", "state", "id"], name="object_sample"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.UNCLASSIFIED, taxon=None)
                | (~Q(state=State.UNCLASSIFIED) & ~Q(taxon=None)),
                name="object_state_has_taxon",
            ),
        ]

    def __str__(self) -> str:
        return f"object {self.pk}"


class ObjectFields(models.Model):
    """The wide part of an object: its name in the package and its free columns."""

    object = models.OneToOneField(Object, primary_key=True, on_delete=models.CASCADE, related_name="wide")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, db_index=False, related_name="+")
    original_id = models.CharField(max_length=255)
    # doubles, so that what is exported is what came in; position n belongs to FreeColumn.position n
    values = ArrayField(models.FloatField(null=True), default=list)
    texts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "original_id"], name="object_once_a_project")
        ]

    def __str__(self) -> str:
        return self.original_id


class FreeColumn(models.Model):
    """A column that a project's packages brought. Numbers of objects have a position in ObjectFields.values."""

    class Level(models.TextChoices):
        OBJECT = "object", "Object"
        SAMPLE = "sample", "Sample"
        ACQUISITION = "acq", "Acquisition"
        PROCESS = "process", "Process"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="free_columns")
    level = models.CharField(max_length=10, choices=Level)
    name = models.CharField(max_length=255)  # as in the package, without its prefix
    is_number = models.BooleanField(default=False)
    position = models.IntegerField(null=True)  # 0-based, numbers of objects only
    sorted_times = models.IntegerField(default=0)  # the second sort by it starts the job that makes its keys
    keeps_keys = models.BooleanField(default=False)  # new objects get a key (migration 0003)
    is_indexed = models.BooleanField(default=False)  # all objects have one

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "level", "name"], name="free_column_once"),
            models.UniqueConstraint(
                fields=["project", "position"],
                condition=Q(position__isnull=False),
                name="free_column_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}_{self.name}"


class SortKey(models.Model):
    """What a column that people sort by holds, apart from the wide rows: labels never touch it, so it stays small,
    packed and in the cache. Filled by search/indexing.py, kept by the triggers of migration 0003.
    """

    pk = models.CompositePrimaryKey("column_id", "object_id")
    column = models.ForeignKey(
        FreeColumn, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    object = models.ForeignKey(
        Object, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True


class NumberKey(SortKey):
    value = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["column", "value", "object"], name="number_key_order")]

    def __str__(self) -> str:
        return f"{self.column}: {self.value}"


class TextKey(SortKey):
    value = models.TextField(null=True)  # its first 500 characters: an index entry has an end

    class Meta:
        indexes = [models.Index(fields=["column", "value", "object"], name="text_key_order")]

    def __str__(self) -> str:
        return f"{self.column}: {self.value}"


class StoredImage(models.Model):
    """A picture in the storage as pages, models and measurements see it: 8 bits, upright.

    What was something else when it came in keeps its original beside the rendering.
    """

    key = models.CharField(
        max_length=80
    )  # in the storage, from the SHA-256 of the bytes: annotations/pictures/keys.py
    file_name = models.CharField(max_length=500)  # as in the package
    width = models.IntegerField()  # pixels
    height = models.IntegerField()
    # of a picture that was rendered: as it came in, what it was, and which values became black and white (of more than
    # 8 bits). Defaults of the database, because rows are copied into it.
    original_key = models.CharField(max_length=80, blank=True, default="", db_default="")
    origin = models.CharField(max_length=200, blank=True, default="", db_default="")
    window_low = models.FloatField(null=True)
    window_high = models.FloatField(null=True)

    class Meta:
        abstract = True


class ParentImage(StoredImage):
    """A larger picture that images of objects were cut from: a whole scan, a frame of a camera."""

    acquisition = models.ForeignKey(Acquisition, on_delete=models.CASCADE, related_name="parent_images")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["acquisition", "file_name"], name="parent_image_once")]

    def __str__(self) -> str:
        return self.file_name


class Image(StoredImage):
    """A picture of an object: whole, or the region of a larger one, in pixels of that from its upper left corner."""

    object = models.ForeignKey(Object, on_delete=models.CASCADE, related_name="images", db_index=False)
    rank = models.IntegerField(default=0)  # 0 is the one on the page
    parent = models.ForeignKey(
        ParentImage, null=True, on_delete=models.RESTRICT, related_name="regions", db_index=False
    )
    region_x = models.IntegerField(null=True)
    region_y = models.IntegerField(null=True)
    region_width = models.IntegerField(null=True)
    region_height = models.IntegerField(null=True)

    class Meta:
        ordering = ["rank"]
        indexes = [models.Index(fields=["parent"], name="image_parent", condition=Q(parent__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["object", "rank"], name="image_rank_once"),
            models.CheckConstraint(
                condition=Q(parent=None, region_x=None, region_y=None, region_width=None, region_height=None)
                | Q(  # a comparison with nothing is no refusal, so each is named twice
                    parent__isnull=False,
                    region_x__isnull=False,
                    region_y__isnull=False,
                    region_width__isnull=False,
                    region_height__isnull=False,
                    region_x__gte=0,
                    region_y__gte=0,
                    region_width__gt=0,
                    region_height__gt=0,
                ),
                name="image_region_has_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
