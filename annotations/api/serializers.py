"""What the API takes, checked; what it gives is described for OpenAPI. Rows of objects never pass here."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.accounts.models import User
from annotations.labels.actions import Target
from annotations.marks.models import Colour, Dash, Kind, Shape
from annotations.projects.models import Role


class TokenIn(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField()


class TokenOut(serializers.Serializer):
    token = serializers.CharField()


class ProjectIn(serializers.Serializer):
    title = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_blank=True)


class ProjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    created = serializers.DateTimeField()
    role = serializers.CharField()


class MemberIn(serializers.Serializer):
    username = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        error_messages={"does_not_exist": "There is nobody called {value}: an administrator makes accounts."},
    )
    role = serializers.ChoiceField(Role.choices)


class MemberOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="of the person")
    username = serializers.CharField()
    role = serializers.CharField()


class WithFields(serializers.Serializer):
    """Gives the free columns as `fields`, a name that a serializer itself has taken."""

    def get_fields(self) -> dict:
        return {**super().get_fields(), "fields": serializers.DictField()}


class SampleOut(WithFields):
    id = serializers.IntegerField()
    original_id = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class PreferencesInOut(serializers.Serializer):
    keys = serializers.DictField(required=False)
    quick = serializers.DictField(required=False)
    layout = serializers.DictField(required=False)


class TaxonOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class TaxonFound(TaxonOut):
    lineage = serializers.ListField(child=serializers.CharField(), help_text="names from the root down")
    synonym = serializers.CharField(allow_null=True, help_text="by which alone it was found")


class ImageOut(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    rank = serializers.IntegerField()


class ObjectOut(WithFields):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    original_id = serializers.CharField()
    sample = serializers.IntegerField()
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    margin = serializers.FloatField(allow_null=True)
    entropy = serializers.FloatField(allow_null=True)
    sample_original_id = serializers.CharField()
    depth_min = serializers.FloatField(allow_null=True)
    depth_max = serializers.FloatField(allow_null=True)
    date = serializers.DateTimeField(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    annotator = serializers.CharField(allow_null=True)
    labelled_at = serializers.DateTimeField(allow_null=True)
    pixel_um = serializers.FloatField(allow_null=True)
    images = ImageOut(many=True)


class ObjectPage(serializers.Serializer):
    results = ObjectOut(many=True)
    next = serializers.CharField(allow_null=True)


class CountOut(serializers.Serializer):
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    count = serializers.IntegerField()


class ViewIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    query = serializers.CharField(
        allow_blank=True, help_text="the filter, as in the address of the sorting bench"
    )
    is_shared = serializers.BooleanField(default=False)


class ViewOut(ViewIn):
    id = serializers.IntegerField()
    owner = serializers.CharField(source="owner.username")


class TargetIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


@extend_schema_field(TargetIn(many=True))
class Targets(serializers.Field):
    """A list of {id, version}: as `TargetIn(many=True)`, without a serializer for each of 10,000."""

    def to_internal_value(self, data: object) -> list[Target]:
        if not isinstance(data, list) or not data:
            raise serializers.ValidationError(
                "This takes a list of objects with id and version, at least one."
            )
        return [self._target(place, entry) for place, entry in enumerate(data)]

    @staticmethod
    def _target(place: int, entry: object) -> Target:
        match entry:
            case {"id": int(row_id), "version": int(version)} if 0 < row_id < 2**63 and 0 <= version < 2**31:
                return Target(row_id, version)
        raise serializers.ValidationError(
            f"Entry {place} is no object: it takes whole numbers for `id` and `version`, as pages give them."
        )


class AnnotationIn(serializers.Serializer):
    objects = Targets(required=False)
    filter = serializers.DictField(required=False)
    expected = serializers.IntegerField(
        required=False, help_text="how many objects must match the filter, or nothing is done"
    )
    taxon = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(["unclassified", "dubious", "validated"], required=False)


class ConflictOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    annotator = serializers.CharField(allow_null=True)


class LabelOut(ConflictOut):
    score = serializers.FloatField(allow_null=True)


class BatchOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    undoes = serializers.IntegerField(allow_null=True, source="undoes_id")
    changed = serializers.IntegerField()
    created = serializers.DateTimeField()


class OutcomeOut(serializers.Serializer):
    batch = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField()
    conflicts = ConflictOut(many=True)


class AssignmentsIn(serializers.Serializer):
    samples = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    users = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text="user names"
    )
    due = serializers.DateField(required=False, allow_null=True)
    is_shared = serializers.BooleanField(default=False)


class AssignedOut(serializers.Serializer):
    assignments = serializers.IntegerField()


class CommentIn(serializers.Serializer):
    text = serializers.CharField()


class CommentOut(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    created = serializers.DateTimeField()
    removed = serializers.DateTimeField(allow_null=True)


class MentionOut(serializers.Serializer):
    project = serializers.IntegerField()
    object = serializers.IntegerField(allow_null=True)
    taxon = serializers.IntegerField(allow_null=True)
    seen = serializers.DateTimeField(allow_null=True)
    comment = CommentOut()


class ReadingIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    size = serializers.IntegerField()
    readers = serializers.ListField(child=serializers.CharField(), help_text="user names")
    draw = serializers.ChoiceField(["random", "taxon", "sample"], default="random")
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1)
    filter = serializers.DictField(default=dict)


class SeatOut(serializers.Serializer):
    user = serializers.IntegerField()
    name = serializers.CharField()
    done = serializers.IntegerField()
    handed_in = serializers.DateTimeField(allow_null=True)


class ReadingOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    draw = serializers.CharField()
    seed = serializers.IntegerField()
    closed = serializers.DateTimeField(allow_null=True)
    readers = SeatOut(many=True)


class ChoiceIn(serializers.Serializer):
    objects = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)
    taxon = serializers.IntegerField(required=False, allow_null=True)
    is_cleared = serializers.BooleanField(default=False)


class ChosenOut(serializers.Serializer):
    chosen = serializers.IntegerField()


class ImportIn(serializers.Serializer):
    package = serializers.FileField(required=False)
    source = serializers.CharField(required=False)
    dry_run = serializers.BooleanField(required=False, default=False)


class ExportIn(serializers.Serializer):
    format = serializers.ChoiceField(["ecotaxa"], required=False, default="ecotaxa")
    images = serializers.BooleanField(required=False, default=True)
    filter = serializers.DictField(required=False, default=dict)


class TrainingIn(serializers.Serializer):
    projects = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    name = serializers.CharField(required=False, allow_blank=True)
    taxa = serializers.ListField(child=serializers.IntegerField(), required=False)
    backbone = serializers.CharField(required=False)
    pretrained = serializers.BooleanField(required=False)
    epochs = serializers.IntegerField(required=False)
    image_size = serializers.IntegerField(required=False)
    batch_size = serializers.IntegerField(required=False)
    seed = serializers.IntegerField(required=False)


class PredictionIn(serializers.Serializer):
    model = serializers.IntegerField()
    filter = serializers.DictField(required=False, default=dict)


class JobError(serializers.Serializer):
    file = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class JobOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    project = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField()
    errors = JobError(many=True)
    result = serializers.DictField()
    created = serializers.DateTimeField()
    started = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(allow_null=True)


class MarkLabelIn(serializers.Serializer):
    key = serializers.SlugField(max_length=50, help_text="its name in files; never changes")
    name = serializers.CharField(max_length=100)
    colour = serializers.ChoiceField(Colour.choices)
    dash = serializers.ChoiceField(Dash.choices)
    shape = serializers.ChoiceField(Shape.choices)
    help = serializers.CharField(required=False, allow_blank=True, max_length=500)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    is_active = serializers.BooleanField(required=False)


class MarkLabelMade(MarkLabelIn):
    """A label, or the labels of the starter set that the project has not."""

    starter = serializers.BooleanField(
        required=False, help_text="adopts the starter set; nothing else is read"
    )


class MarkLabelChanged(serializers.Serializer):
    name = serializers.CharField(max_length=100, required=False)
    colour = serializers.ChoiceField(Colour.choices, required=False)
    dash = serializers.ChoiceField(Dash.choices, required=False)
    shape = serializers.ChoiceField(Shape.choices, required=False)
    help = serializers.CharField(required=False, allow_blank=True, max_length=500)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    is_active = serializers.BooleanField(required=False)


class MarkLabelOut(MarkLabelIn):
    id = serializers.IntegerField()
    colour_name = serializers.CharField()


class MarkIn(serializers.Serializer):
    image = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1, help_text="its rank")
    label = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    geometry = serializers.DictField(help_text="in pixels of the image: docs/marks.md")


class MarkChanged(serializers.Serializer):
    version = serializers.IntegerField(help_text="as you saw it")
    label = serializers.IntegerField(required=False)
    geometry = serializers.DictField(required=False)


class MarkLabelNamed(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()


class AuthorOut(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()


class MeasuresOut(serializers.Serializer):
    """None for what the kind doesn't have, and for micrometres where the size of a pixel is unknown."""

    count = serializers.IntegerField()
    length_px = serializers.FloatField(allow_null=True)
    length_um = serializers.FloatField(allow_null=True)
    perimeter_px = serializers.FloatField(allow_null=True)
    perimeter_um = serializers.FloatField(allow_null=True)
    area_px = serializers.FloatField(allow_null=True)
    area_um2 = serializers.FloatField(allow_null=True)
    esd_px = serializers.FloatField(allow_null=True)
    esd_um = serializers.FloatField(allow_null=True)
    angle_deg = serializers.FloatField(allow_null=True)


class MarkOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    object = serializers.IntegerField()
    image = serializers.IntegerField(help_text="its rank")
    label = MarkLabelNamed()
    kind = serializers.CharField()
    geometry = serializers.DictField()
    author = AuthorOut(allow_null=True)
    created = serializers.DateTimeField()
    removed = serializers.DateTimeField(allow_null=True)
    measures = MeasuresOut()


class MarkWritten(MarkOut):
    change = serializers.IntegerField(help_text="of the log: mark-changes/{id}/undo/ takes it back")


class MarkChangeOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    user = serializers.CharField(allow_null=True)
    when = serializers.DateTimeField()
    before = serializers.DictField()
    after = serializers.DictField()
    undoes = serializers.IntegerField(allow_null=True)


class MarkWithHistory(MarkOut):
    history = MarkChangeOut(many=True)


class MarkConflict(serializers.Serializer):
    detail = serializers.CharField()
    mark = MarkOut(help_text="as it is now")


class MarkImportIn(serializers.Serializer):
    file = serializers.FileField(help_text="COCO JSON or CSV, as the export writes them")
    dry_run = serializers.BooleanField(required=False, default=False)


class MarkImportOut(serializers.Serializer):
    made = serializers.IntegerField()
    present = serializers.IntegerField(help_text="figures that were there already")


class MarkImportError(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    path = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class MarkImportRefused(serializers.Serializer):
    detail = serializers.CharField()
    errors = MarkImportError(many=True)


class ModelOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    projects = serializers.ListField(child=serializers.IntegerField())
    is_ready = serializers.BooleanField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    settings = serializers.DictField()
    taxa = TaxonOut(many=True)
    learning_set = serializers.DictField()
    metrics = serializers.DictField()
