"""What the API takes and gives of quality checks."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.readings import PictureOut
from annotations.api.serializers.taxa import TaxonOut
from annotations.checks.models import CheckAnswer
from classifier.statistics.looks import LookDecision


class CheckIn(serializers.Serializer):
    filter = serializers.DictField(
        default=dict, help_text="the set, as the bench filters; of it what is labelled"
    )
    least = NumberField(
        default=None,
        allow_null=True,
        help_text="a precision, as a share, of which to be certain whether the set has it",
    )
    half_width = NumberField(
        default=None, allow_null=True, help_text="of the interval, as a share: 0.02 is ± 2 %"
    )
    is_blind = serializers.BooleanField(default=False, help_text="the label isn’t given to who looks")
    seed = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=2**62,
        help_text="the same seed draws the same objects of the same set; null: by chance",
    )


class CheckOut(serializers.Serializer):
    id = serializers.IntegerField()
    filter = serializers.DictField()
    words = serializers.CharField(help_text="the filter for people")
    person = serializers.CharField(allow_null=True, help_text="who started it, and looks")
    objects_in_set = serializers.IntegerField(allow_null=True, help_text="null while a job draws")
    drawn = serializers.IntegerField(help_text="of these, how many can be looked at")
    job = serializers.IntegerField(allow_null=True, help_text="that draws from a large set")
    least = serializers.FloatField(allow_null=True)
    half_width = serializers.FloatField(allow_null=True)
    is_blind = serializers.BooleanField()
    created = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)


class PrecisionOut(serializers.Serializer):
    value = serializers.FloatField(help_text="the share of labels that are right")
    low = serializers.FloatField(
        help_text="of an interval that holds in 95 of 100 checks, however long one looks"
    )
    high = serializers.FloatField()


class CheckFiguresOut(serializers.Serializer):
    looks = serializers.IntegerField()
    right = serializers.IntegerField()
    wrong = serializers.IntegerField()
    cannot_tell = serializers.IntegerField(help_text="left out of the precision")
    gone = serializers.IntegerField(help_text="drawn, but not in the project any more")
    precision = PrecisionOut(allow_null=True)
    decision = serializers.ChoiceField([decision.value for decision in LookDecision])
    looks_needed = serializers.IntegerField(
        allow_null=True, help_text="about, in all; null where it is decided, or can’t be said"
    )
    sentence = serializers.CharField(help_text="whether one may stop")


class ConfusionOut(serializers.Serializer):
    taxon = serializers.IntegerField(allow_null=True, help_text="that was named; null: none")
    name = serializers.CharField()
    count = serializers.IntegerField()


class ErrorPartOut(serializers.Serializer):
    id = serializers.IntegerField()
    judged = serializers.IntegerField()
    wrong = serializers.IntegerField()


class TaxonErrorsOut(ErrorPartOut):
    label = serializers.CharField()
    confusions = ConfusionOut(many=True)


class SampleErrorsOut(ErrorPartOut):
    sample = serializers.CharField()


class ScoreErrorsOut(ErrorPartOut):
    band = serializers.CharField()


class CheckErrorsOut(serializers.Serializer):
    taxa = TaxonErrorsOut(many=True)
    samples = SampleErrorsOut(many=True)
    scores = ScoreErrorsOut(many=True)


class OneCheckOut(CheckOut):
    figures = CheckFiguresOut(allow_null=True, help_text="null while a job draws")
    errors = CheckErrorsOut(allow_null=True, help_text="where the errors are; null before it is finished")


class NextLookOut(serializers.Serializer):
    place = serializers.IntegerField(help_text="in the random order")
    object = serializers.IntegerField()
    taxon = TaxonOut(allow_null=True, help_text="of the label that is judged; null in a blind check")
    image = PictureOut()
    pixel_um = serializers.FloatField(allow_null=True)


class LookIn(serializers.Serializer):
    place = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    answer = serializers.ChoiceField(CheckAnswer.choices, default=None, allow_null=True)
    taxon = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="what it is: that of the label, or one below it, says that the label is right",
    )


class LookOut(serializers.Serializer):
    place = serializers.IntegerField()
    answer = serializers.ChoiceField(CheckAnswer.choices)
    figures = CheckFiguresOut()
