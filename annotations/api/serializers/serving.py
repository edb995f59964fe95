"""What training, prediction and serving take and give."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.jobs import JobOut
from annotations.learning.actions import PRECISIONS
from annotations.learning.models import Model
from annotations.learning.sets.recipe import LEAST
from classifier.contract.arguments import MOST_LISTED
from classifier.contract.settings import EVERY_METHOD, OFFERED, Setting

FIELDS = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    float: NumberField,
    str: serializers.CharField,
}


class TrainingIn(serializers.Serializer):
    projects = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="whose validated objects are learnt"
    )
    learning_set = serializers.IntegerField(required=False, help_text="a frozen one, instead of projects")
    name = serializers.CharField(required=False, allow_blank=True)
    taxa = serializers.ListField(child=serializers.IntegerField(), required=False)
    method = serializers.ChoiceField(Model.Method.choices, required=False)
    start_from = serializers.IntegerField(required=False, help_text="a network whose weights go on learning")
    start_backbone = serializers.IntegerField(
        required=False, help_text="a backbone that learnt without labels, instead of a network"
    )

    def get_fields(self) -> dict:
        return super().get_fields() | {s.name: field_of(s) for s in (LEAST, *OFFERED.values())}


def field_of(setting: Setting) -> serializers.Field:
    """Bounds are said here and held by `check_settings`, whose sentences name the setting."""
    methods = "" if setting.methods == EVERY_METHOD else f"; of {', '.join(setting.methods)}"
    help_text = f"{setting.help} ({setting.bounds}{methods})"
    if 0 < len(setting.choices_of("")) <= MOST_LISTED:
        return serializers.ChoiceField(
            list(setting.choices_of("")), required=False, help_text=f"{setting.help}{methods}"
        )
    return FIELDS[setting.type](required=False, help_text=help_text)


class PredictionIn(serializers.Serializer):
    model = serializers.IntegerField()
    filter = serializers.DictField(required=False, default=dict)
    precision = NumberField(
        required=False,
        allow_null=True,
        help_text=f"one of {', '.join(map(str, PRECISIONS))}: share of labels that has to be right; null: always the "
        "best guess; left out: as the model's page says",
    )


class ReplacedPart(serializers.Serializer):
    model = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(help_text="the model's name, or `came with a package`")
    count = serializers.IntegerField()


class PredictionOut(JobOut):
    replaces = ReplacedPart(many=True)


class PicturesToLookAt(serializers.Serializer):
    images = serializers.ListField(child=serializers.FileField(), help_text="one file or many")
    pixel_um = NumberField(
        required=False,
        min_value=1e-6,
        max_value=1e6,
        help_text="side of a pixel in µm, the same for all: size tells taxa apart",
    )


class ObjectsToLookAt(serializers.Serializer):
    objects = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**63 - 1))


class NamedTaxon(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ScoredTaxon(NamedTaxon):
    score = serializers.FloatField(help_text="calibrated: of 100 objects with 0.8, 80 are right")


class PictureAnswer(serializers.Serializer):
    file = serializers.CharField(required=False)
    object = serializers.IntegerField(required=False)
    error = serializers.CharField(required=False, help_text="in the place of all that follows")
    taxa = ScoredTaxon(many=True, help_text="the three best")
    label = ScoredTaxon(
        allow_null=True,
        help_text="what a prediction would write; null: not sure enough for the model's precision",
    )
    candidates = NamedTaxon(
        many=True,
        help_text="hold the true taxon 90 times in 100, on average over objects like those learnt from",
    )
    is_nine_in_ten = serializers.BooleanField(
        help_text="that holds of this object, too: it is not novel, and the candidates' own scores reach 0.9"
    )
    is_novel = serializers.BooleanField(
        help_text="unlike anything that the model has learnt: don't trust its taxa"
    )
    traits = serializers.DictField(help_text="by key: {value, score}")
    embedding = serializers.ListField(child=serializers.FloatField())
    novelty = serializers.FloatField(
        allow_null=True, help_text="share of held-out objects that lie nearer to what was learnt"
    )


class ForecastRow(serializers.Serializer):
    precision = serializers.FloatField()
    named = serializers.IntegerField(help_text="objects that would get a label: the sum of the next three")
    taxon = serializers.IntegerField(help_text="named to their taxon")
    one_up = serializers.IntegerField(help_text="named to the taxon above it")
    further_up = serializers.IntegerField(help_text="named further up")
    unnamed = serializers.IntegerField(help_text="left for people")


class ForecastOut(serializers.Serializer):
    model = serializers.IntegerField()
    unsettled = serializers.IntegerField(help_text="objects that a prediction would look at")
    source = serializers.ChoiceField(
        ["project", "held_out"],
        help_text="the model's last prediction in this project, or the objects held out when it was trained",
    )
    unlike = serializers.FloatField(
        allow_null=True,
        help_text="share of the project's objects that are unlike anything learnt; null: not known",
    )
    precisions = ForecastRow(many=True, help_text="empty for a model that is too old to tell")
    replaces = ReplacedPart(
        many=True,
        help_text="predictions that nobody has settled, of the objects that match: replaced, or taken away where the "
        "model is not sure",
    )
