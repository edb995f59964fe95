"""What the API takes and gives of second readings."""

from rest_framework import serializers

from annotations.api.serializers.labels import LabelOut, TargetIn
from annotations.api.serializers.objects import ImageOut
from annotations.api.serializers.taxa import TaxonOut
from annotations.readings.models import Sampling


class ReadingIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    size = serializers.IntegerField()
    readers = serializers.ListField(child=serializers.CharField(), help_text="user names")
    trait = serializers.CharField(
        default=None, allow_null=True, help_text="key of the trait to be read; without, the taxon is"
    )
    sampling = serializers.ChoiceField(Sampling.choices, default=Sampling.RANDOM)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1)
    filter = serializers.DictField(default=dict)


class ReaderOut(serializers.Serializer):
    user = serializers.IntegerField()
    name = serializers.CharField()
    done = serializers.IntegerField()
    submitted = serializers.DateTimeField(allow_null=True)


class ReadingOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    trait = serializers.CharField(allow_null=True, help_text="its key; null where the taxon is read")
    sampling = serializers.CharField()
    seed = serializers.IntegerField()
    closed = serializers.DateTimeField(allow_null=True)
    readers = ReaderOut(many=True)


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

    def validate(self, body: dict) -> dict:
        if ("taxon" in body) + ("value" in body) + body["is_cleared"] != 1:
            raise serializers.ValidationError(
                "Say one thing: a `taxon`, which is null for “can't tell”, the `value` of a trait, or `is_cleared`."
            )
        return body


class ChosenOut(serializers.Serializer):
    chosen = serializers.IntegerField()


class ChangedOut(serializers.Serializer):
    changed = serializers.IntegerField()


class AnswerOut(serializers.Serializer):
    taxon = TaxonOut(required=False, help_text="0: can't tell")
    value = ValueOut(required=False, help_text="where a trait is read")
    readers = serializers.ListField(child=serializers.CharField())


class DisputedOut(LabelOut):
    original_id = serializers.CharField()
    images = ImageOut(many=True)
    value = serializers.JSONField(required=False, help_text="of the trait that was read, now")
    answers = AnswerOut(many=True)


class DecisionIn(TargetIn):
    taxon = serializers.IntegerField(required=False)
    value = serializers.JSONField(required=False, help_text="of the trait that was read")
    state = serializers.ChoiceField(["dubious", "validated"], required=False)
    is_kept = serializers.BooleanField(default=False, help_text="the label or the value stays as it is")
