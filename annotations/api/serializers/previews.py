"""What previews of predictions take and give."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.taxa import TaxonOut
from annotations.learning.actions import PRECISIONS
from annotations.learning.previews import MOST_MODELS, MOST_OBJECTS, OBJECTS, PICTURES


class PredictionPreviewIn(serializers.Serializer):
    models = serializers.ListField(
        child=serializers.IntegerField(),
        min_length=1,
        max_length=MOST_MODELS,
        help_text="one, or two to compare",
    )
    filter = serializers.DictField(required=False, default=dict)
    precision = NumberField(
        required=False,
        allow_null=True,
        help_text=f"one of {', '.join(map(str, PRECISIONS))}; null: always the best guess; left out: as the page of "
        "the first model says",
    )
    objects = serializers.IntegerField(required=False, default=OBJECTS, help_text=f"1 to {MOST_OBJECTS}")


class ShareOut(serializers.Serializer):
    count = serializers.IntegerField()
    share = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), help_text="of 95 %, of the share")


class RenamingOut(serializers.Serializer):
    before = TaxonOut(allow_null=True, help_text="null: no name")
    after = TaxonOut(allow_null=True)
    count = serializers.IntegerField()
    objects = serializers.ListField(child=serializers.IntegerField(), help_text=f"up to {PICTURES} of them")


class PreviewedModelOut(serializers.Serializer):
    model = serializers.IntegerField()
    named = ShareOut()
    renamed = ShareOut(help_text="have a name now, and would get another or none")
    expected_right = serializers.FloatField(allow_null=True, help_text="of the names, as the scores expect")
    changes = RenamingOut(many=True)


class PredictionPreviewOut(serializers.Serializer):
    project = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="objects that nobody has settled, of which these are drawn")
    objects = serializers.IntegerField(help_text="that were looked at")
    models = PreviewedModelOut(many=True)
    agreed = ShareOut(allow_null=True, help_text="objects that both models call the same")
    differences = RenamingOut(many=True, help_text="from the first model to the second")
