"""What the API takes, checked; what it gives is described for OpenAPI. Rows of objects never pass here."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.accounts.models import User
from annotations.labels.actions import Target
from annotations.marks.models import Colour, Dash, Shape
from annotations.marks.models import Kind as Figure
from annotations.projects.models import Role
from annotations.readings.models import Draw
from annotations.taxonomy.models import Taxon
from annotations.traits.models import FromMarks, Icon, Kind


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
    rank = serializers.CharField()


class UnknownNameOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    lineage = serializers.ListField(child=serializers.CharField())
    ecotaxa_id = serializers.IntegerField(allow_null=True)
    taxon = serializers.IntegerField(allow_null=True, source="taxon_id")
    objects_with_it = serializers.IntegerField()


class SettleIn(serializers.Serializer):
    act = serializers.ChoiceField(["map", "create", "refuse"])
    taxon = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="what it means, or the parent of a new one",
    )


NUMBER = {"min_value": 1, "max_value": 2**31 - 1, "allow_null": True, "required": False}


class TaxonDetail(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    display_name = serializers.CharField()
    parent = serializers.IntegerField(allow_null=True, source="parent_id")
    path = serializers.ListField(
        child=serializers.IntegerField(), help_text="ids from the root down to itself"
    )
    kind = serializers.ChoiceField(["P", "M"], help_text="phylogenetic, morphotype")
    rank = serializers.CharField()
    authority = serializers.CharField()
    status = serializers.SerializerMethodField()
    replaced_by = serializers.IntegerField(allow_null=True, source="replaced_by_id")
    note = serializers.CharField()
    aphia_id = serializers.IntegerField(allow_null=True)
    ecotaxa_id = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField(help_text="objects of the site, counted every few minutes")
    synonyms = serializers.SerializerMethodField()

    def get_status(self, taxon: Taxon) -> str:
        return "active" if taxon.is_active else "deprecated"

    def get_synonyms(self, taxon: Taxon) -> list[str]:
        return [synonym.name for synonym in taxon.synonyms.all()]


class TaxonChange(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=200)
    parent = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(["P", "M"], required=False)
    rank = serializers.CharField(required=False, allow_blank=True, max_length=40)
    authority = serializers.CharField(required=False, allow_blank=True, max_length=300)
    note = serializers.CharField(required=False, allow_blank=True)
    aphia_id = serializers.IntegerField(**NUMBER)
    ecotaxa_id = serializers.IntegerField(**NUMBER)
    status = serializers.ChoiceField(["active", "deprecated"], required=False)
    replaced_by = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


class SynonymIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class SynonymOut(SynonymIn):
    id = serializers.IntegerField()


class MergeIn(serializers.Serializer):
    into = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class MergeOut(serializers.Serializer):
    id = serializers.IntegerField()
    taxon = serializers.IntegerField(source="taxon_id")
    into = serializers.IntegerField(source="into_id")
    created = serializers.DateTimeField()
    undone = serializers.DateTimeField(allow_null=True)


class TaxonEditOut(serializers.Serializer):
    id = serializers.IntegerField()
    created = serializers.DateTimeField()
    user = serializers.CharField(source="user.display_name", allow_null=True, default=None)
    before = serializers.DictField(help_text="the changed fields, as they were")
    after = serializers.DictField(help_text="and as they became")


class TaxaImportIn(serializers.Serializer):
    table = serializers.FileField()
    format = serializers.ChoiceField(["", "ecotaxa", "dwc"], required=False, default="")
    dry_run = serializers.BooleanField(required=False, default=False)


class TrainingRuleInOut(serializers.Serializer):
    taxon = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    into = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**63 - 1, help_text="null: not learnt from"
    )


class Presets(serializers.Serializer):
    favourites = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False
    )
    training_rules = TrainingRuleInOut(many=True, required=False)


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
    edited = serializers.DateTimeField(allow_null=True)
    removed = serializers.DateTimeField(allow_null=True)


class CommentPage(serializers.Serializer):
    results = CommentOut(many=True)
    next = serializers.CharField(allow_null=True)


class NoteOut(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    created = serializers.DateTimeField()


class ReferenceIn(serializers.Serializer):
    object = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    caption = serializers.CharField(required=False, default="", allow_blank=True)


class ReferenceOut(serializers.Serializer):
    id = serializers.IntegerField()
    object = serializers.IntegerField()
    caption = serializers.CharField()
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class MentionOut(serializers.Serializer):
    project = serializers.IntegerField()
    object = serializers.IntegerField(allow_null=True)
    taxon = serializers.IntegerField(allow_null=True)
    seen = serializers.DateTimeField(allow_null=True)
    comment = CommentOut()


class MentionPage(serializers.Serializer):
    results = MentionOut(many=True)
    next = serializers.CharField(allow_null=True)


class ReadingIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    size = serializers.IntegerField()
    readers = serializers.ListField(child=serializers.CharField(), help_text="user names")
    trait = serializers.CharField(
        default=None, allow_null=True, help_text="key of the trait to be read; without, the taxon is"
    )
    draw = serializers.ChoiceField(Draw.choices, default=Draw.RANDOM)
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
    trait = serializers.CharField(allow_null=True, help_text="its key; null where the taxon is read")
    draw = serializers.CharField()
    seed = serializers.IntegerField()
    closed = serializers.DateTimeField(allow_null=True)
    readers = SeatOut(many=True)


class PictureOut(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ValueOut(serializers.Serializer):
    value = serializers.JSONField(help_text='`["yes"]`, 3.5 or {"hidden": true}')
    name = serializers.CharField(help_text="in words")


class ToReadOut(serializers.Serializer):
    id = serializers.IntegerField()
    is_named = serializers.BooleanField(help_text="by you; without a taxon you could not tell")
    taxon = TaxonOut(allow_null=True, required=False, help_text="where the taxon is read")
    value = ValueOut(allow_null=True, required=False, help_text="where a trait is read")
    image = PictureOut()
    pixel_um = serializers.FloatField(allow_null=True)


class ChoiceIn(serializers.Serializer):
    objects = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), allow_empty=False
    )
    taxon = serializers.IntegerField(required=False, allow_null=True, help_text="null: can't tell")
    value = serializers.JSONField(
        required=False, help_text='of the trait that is read: `"yes"`, 12 or {"hidden": true}'
    )
    is_cleared = serializers.BooleanField(default=False, help_text="takes back what you said")

    def validate(self, given: dict) -> dict:
        if ("taxon" in given) + ("value" in given) + given["is_cleared"] != 1:
            raise serializers.ValidationError(
                "Say one thing: a `taxon`, which is null for “can't tell”, the `value` of a trait, or `is_cleared`."
            )
        return given


class ChosenOut(serializers.Serializer):
    chosen = serializers.IntegerField()


class ChangedOut(serializers.Serializer):
    changed = serializers.IntegerField()


class AnswerGivenOut(serializers.Serializer):
    taxon = TaxonOut(required=False, help_text="0: can't tell")
    value = ValueOut(required=False, help_text="where a trait is read")
    readers = serializers.ListField(child=serializers.CharField())


class DisputedOut(LabelOut):
    original_id = serializers.CharField()
    images = ImageOut(many=True)
    value = serializers.JSONField(required=False, help_text="of the trait that was read, now")
    given = AnswerGivenOut(many=True)


class DecisionIn(TargetIn):
    taxon = serializers.IntegerField(required=False)
    value = serializers.JSONField(required=False, help_text="of the trait that was read")
    state = serializers.ChoiceField(["dubious", "validated"], required=False)
    is_kept = serializers.BooleanField(default=False, help_text="the label or the value stays as it is")


class ImportIn(serializers.Serializer):
    package = serializers.FileField(required=False)
    source = serializers.CharField(required=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    create_taxa = serializers.BooleanField(
        required=False,
        default=True,
        help_text="or let the names that the site does not know wait to be settled",
    )


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


class MeasuringIn(serializers.Serializer):
    anew = serializers.BooleanField(required=False, default=False)


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
    kind = serializers.ChoiceField(Figure.choices)
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


class TraitIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(Kind.choices)
    group = serializers.CharField(max_length=60, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    choices = serializers.ListField(
        required=False, help_text="names, or {key, name}: a key is kept when its name changes"
    )
    help = serializers.CharField(required=False, allow_blank=True)
    icon = serializers.ChoiceField(Icon.choices, required=False, allow_blank=True)
    quick_key = serializers.CharField(max_length=1, required=False, allow_blank=True)
    default = serializers.JSONField(required=False, allow_null=True)
    concept = serializers.URLField(required=False, allow_blank=True)
    applies_to = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        help_text="taxa, with those below; none: all",
    )
    only_if = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, help_text="key of another trait"
    )
    only_if_choices = serializers.ListField(child=serializers.CharField(), required=False)
    mark_label = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="key of a label of marks that give the value",
    )
    mark_measure = serializers.ChoiceField(FromMarks.choices, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    def validate_choices(self, choices: list) -> list:
        if not all(isinstance(choice, str | dict) for choice in choices):
            raise serializers.ValidationError("A choice is a name, or {key, name}.")
        return choices


class TraitOut(TraitIn):
    id = serializers.IntegerField()
    key = serializers.CharField()
    only_if = serializers.CharField(source="only_if.key", allow_null=True, default=None)


class TraitSetIn(serializers.Serializer):
    name = serializers.CharField()


class VocabularyOut(serializers.Serializer):
    number = serializers.IntegerField()
    created = serializers.DateTimeField()
    user = serializers.CharField(source="user.display_name", allow_null=True, default=None)
    content = serializers.ListField()


class ScoreIn(serializers.Serializer):
    trait = serializers.CharField(help_text="its key")
    objects = Targets(required=False)
    filter = serializers.DictField(required=False)
    expected = serializers.IntegerField(required=False)
    value = serializers.JSONField(
        required=False, allow_null=True, help_text='`"yes"`, `["a", "b"]`, 3.5, words, or {"hidden": true}'
    )
    state = serializers.ChoiceField(["unclassified", "dubious", "validated"], required=False)


class ScoreOut(serializers.Serializer):
    id = serializers.IntegerField()
    trait = serializers.IntegerField()
    version = serializers.IntegerField(help_text="of the value; 0 where there never was one")
    value = serializers.JSONField(allow_null=True)
    state = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    annotator = serializers.CharField(allow_null=True)
    model = serializers.IntegerField(allow_null=True)
    when = serializers.DateTimeField(allow_null=True)


class ScoredOut(serializers.Serializer):
    batch = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField()
    inapplicable = serializers.IntegerField(help_text="objects to which the trait does not apply: left out")
    conflicts = ScoreOut(many=True)


class ScoreCount(serializers.Serializer):
    value = serializers.JSONField(allow_null=True)
    state = serializers.CharField()
    count = serializers.IntegerField()


class ObjectScores(serializers.Serializer):
    traits = serializers.DictField()
    history = serializers.ListField()


class TraitTableRow(serializers.Serializer):
    group = serializers.ListField(child=serializers.DictField(), help_text="{by, key, name} for each of `by`")
    objects = serializers.IntegerField(help_text="to which the trait applies")
    looked_at = serializers.IntegerField()
    hidden = serializers.IntegerField(help_text="looked at, and not to be seen")
    seen = serializers.IntegerField()
    choices = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="{key, name, count, share, low, high}"
    )
    figures = serializers.DictField(required=False, help_text="mean, sd, min, q1, median, q3, max")


class TraitTable(serializers.Serializer):
    trait = serializers.CharField()
    unit = serializers.CharField()
    by = serializers.ListField(child=serializers.CharField())
    states = serializers.ListField(child=serializers.CharField())
    vocabulary = serializers.IntegerField(allow_null=True, help_text="number of its version")
    rows = TraitTableRow(many=True)
