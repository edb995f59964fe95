"""What the API takes and gives of jobs, and what starts them."""

from rest_framework import serializers

from annotations.exports.registry import ExportOption
from annotations.exports.registry import all_options as all_export_options
from annotations.exports.registry import formats as export_formats
from annotations.exports.request import ImageChoice
from annotations.imports.modes import ImportMode
from annotations.imports.origins.urls import MOST_URL
from annotations.imports.registry import MOST_TEXT, FormatOption, all_options, formats


class ImportIn(serializers.Serializer):
    package = serializers.FileField(required=False)
    upload = serializers.UUIDField(
        required=False, help_text="a resumable upload of yours that has arrived whole: see `/api/v1/uploads/`"
    )
    source = serializers.CharField(
        required=False, help_text="for administrators: the package's path on the server"
    )
    folder = serializers.CharField(
        required=False, help_text="the name of a folder of the server that is open to imports; with `path`"
    )
    bucket = serializers.CharField(
        required=False, help_text="the name of a bucket that is open to imports; with `path`"
    )
    path = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=4000,
        trim_whitespace=False,
        help_text="of the zip or folder in `folder` or `bucket`; empty means all of it",
    )
    url = serializers.CharField(
        required=False,
        max_length=MOST_URL,
        help_text="of a zip that anybody can download; never an address inside a private network",
    )
    job = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="an import of yours that only checked its package (`dry_run`), or that failed because it asks for "
        "`pixel_unit`: its package is imported without being sent again, until the job's `expires`",
    )
    mode = serializers.ChoiceField(
        ImportMode.values,
        required=False,
        default=ImportMode.ADD,
        help_text="`add` leaves what is here as it is; `update` changes samples, acquisitions, processes and objects "
        "that are here to what the package says, and needs no pictures; `both` does the two. An empty cell empties "
        "the value",
    )
    annotations = serializers.BooleanField(
        required=False,
        default=False,
        help_text="whether an update takes the package's labels, too. What a person decided here later than the file "
        "says stays, and so does what a person has decided against a prediction; the preview lists both",
    )
    file_wins = serializers.BooleanField(
        required=False,
        default=False,
        help_text="whether the labels of the file win also over what was decided here later; with `annotations` or "
        "`update`",
    )
    mapping = serializers.CharField(
        required=False,
        default="",
        help_text="the name of a saved mapping of the project, by which names and columns are read: see `mappings/`",
    )
    update = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="with `job`: the number of the preview that it made (`result.update`), which is applied as it is, "
        "with the answers of its check",
    )
    dry_run = serializers.BooleanField(required=False, default=False)
    create_taxa = serializers.BooleanField(
        required=False,
        default=False,
        help_text="make the taxa that the site does not know; else their names wait to be settled, with their "
        "labels and the traits that apply to them, as on the page",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """With the formats that are registered, and what each asks."""
        names = list(formats())
        chooses = serializers.ChoiceField(
            names, required=False, default="", help_text="recognised by the files' names where it is left out"
        )
        options = {name: _option_field(option) for name, option in all_options().items()}
        return {**super().get_fields(), "format": chooses, **options}


def _option_field(option: FormatOption) -> serializers.Field:
    asks = ", ".join(each.name for each in formats().values() if option in each.options)
    help_text = f"{asks}: {option.label}. {option.help}"
    if not option.choices:
        return serializers.CharField(
            required=False, default="", allow_blank=True, max_length=MOST_TEXT, help_text=help_text
        )
    choices = [value for value in option.choices if value]
    return serializers.ChoiceField(choices, required=False, default=option.default, help_text=help_text)


class ImagesField(serializers.ChoiceField):
    """Also takes true and false, as `all` and `none`."""

    def to_internal_value(self, data: object) -> str:
        return super().to_internal_value(ImageChoice.read(data).value if isinstance(data, bool) else data)


MOST_NAMES = 20_000  # characters: a project has hundreds of columns


class NamesField(serializers.CharField):
    """A text; of names also a list of them, which becomes the names between commas."""

    def to_internal_value(self, data: object) -> str:
        if isinstance(data, list) and all(isinstance(name, str) for name in data):
            return super().to_internal_value(",".join(data))
        return super().to_internal_value(data)


class ExportIn(serializers.Serializer):
    images = ImagesField(
        [choice.value for choice in ImageChoice],
        required=False,
        default=ImageChoice.ALL.value,
        help_text="of each object; the first is the one that pages show",
    )
    emails = serializers.BooleanField(
        required=False,
        default=False,
        help_text="annotators' e-mail addresses beside their names: for managers, who alone can download it then",
    )
    rendered = serializers.BooleanField(
        required=False,
        default=False,
        help_text="pictures as pages and models see them, 8 bits and upright, instead of as they came in",
    )
    filter = serializers.DictField(required=False, default=dict)

    def get_fields(self) -> dict[str, serializers.Field]:
        """With the formats that are registered, and what each asks."""
        chooses = serializers.ChoiceField(list(export_formats()), required=False, default="ecotaxa")
        options = {name: _export_option_field(option) for name, option in all_export_options().items()}
        return {"format": chooses, **super().get_fields(), **options}


def _export_option_field(option: ExportOption) -> serializers.Field:
    asks = ", ".join(each.name for each in export_formats().values() if option in each.options)
    help_text = f"{asks}: {option.label}. {option.help}"
    if not option.choices:
        return NamesField(
            required=False, default="", allow_blank=True, max_length=MOST_NAMES, help_text=help_text
        )
    choices = [value for value in option.choices if value]
    return serializers.ChoiceField(choices, required=False, default="", help_text=help_text)


class DeletionIn(serializers.Serializer):
    filter = serializers.DictField(help_text="which objects; an empty one matches all of the project")
    expected = serializers.IntegerField(
        min_value=1, help_text="how many match: where it is another number, nothing is deleted"
    )


class ExpectedIn(serializers.Serializer):
    expected = serializers.IntegerField(
        min_value=0, help_text="how many objects are there: where it is another number, nothing is deleted"
    )


class SampleDeletionIn(serializers.Serializer):
    samples = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=5000,
        help_text="their numbers",
    )
    expected = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="how many objects they have: where it is another number, nothing is deleted",
    )
    dry_run = serializers.BooleanField(default=False, help_text="only says what would be deleted")


class ValidatorOut(serializers.Serializer):
    name = serializers.CharField(allow_null=True, help_text="null: an account that is gone")
    objects = serializers.IntegerField()


class SampleDeletionPlanOut(serializers.Serializer):
    samples = serializers.IntegerField()
    objects = serializers.IntegerField()
    validated_by = ValidatorOut(many=True)


class ObjectDeletionOut(serializers.Serializer):
    id = serializers.IntegerField()
    filter = serializers.DictField(help_text="of the objects; empty of samples, and of all objects")
    samples = serializers.ListField(child=serializers.IntegerField(), help_text="that were deleted whole")
    words = serializers.CharField(allow_blank=True, help_text="of the filter, or the names of the samples")
    objects = serializers.IntegerField(help_text="how many are in the bin")
    deleted = serializers.DateTimeField()
    deleted_by = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(help_text="from when on it can't be restored")
    job = serializers.IntegerField(allow_null=True, help_text="the last one that worked on it")


class ObjectDeletionsOut(serializers.Serializer):
    results = ObjectDeletionOut(many=True)
    next = serializers.CharField(allow_null=True)


class MeasuringIn(serializers.Serializer):
    anew = serializers.BooleanField(required=False, default=False)


class JobErrorOut(serializers.Serializer):
    file = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    count = serializers.IntegerField(required=False, help_text="how many lines have it; the first is `line`")


class JobOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    project = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField()
    errors = JobErrorOut(many=True)
    warnings = JobErrorOut(many=True)
    result = serializers.DictField()
    created = serializers.DateTimeField()
    started = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(allow_null=True)
    expires = serializers.DateTimeField(
        allow_null=True,
        help_text="when the file at `result.url` is removed (then it answers 404), or the package that an import "
        "keeps: send the import's number as `job` before",
    )
    undo_until = serializers.DateTimeField(
        allow_null=True,
        help_text="how long batches/{id}/undo/ takes it back; null where that is no matter of time",
    )
    waiting = serializers.CharField(
        required=False, help_text="for whom it waits while it is queued, and how many; of a single job alone"
    )
