"""What the API takes and gives of learning while sorting."""

from rest_framework import serializers

from annotations.refitting.queries import RefitStatus
from annotations.refitting.status import Advice, RefitStanding


class RefitIn(serializers.Serializer):
    is_on = serializers.BooleanField()


class RefitMeasuredOut(serializers.Serializer):
    created = serializers.DateTimeField()
    labels = serializers.IntegerField(help_text="of people in the project then")
    objects = serializers.IntegerField(
        source="objects_tested", help_text="held out: it was fitted without their samples"
    )
    samples = serializers.IntegerField(source="samples_tested")
    model = serializers.IntegerField(
        source="model_id", allow_null=True, help_text="the trained one that was measured on the same objects"
    )
    figures = serializers.DictField(
        help_text="of `accuracy` and `macro_f1`: `refit` with `refit_interval`; with a model `full`, and its lead, "
        "`difference` with `interval`; empty where too little is held out"
    )


class TrainingGainOut(serializers.Serializer):
    difference = serializers.FloatField(help_text="share of objects that are named rightly besides")
    low = serializers.FloatField(help_text="of the interval of 95 %")
    high = serializers.FloatField()


class RefitOut(serializers.Serializer):
    state = serializers.ChoiceField(
        ["off", "impossible", "waiting", "learning", "ready"],
        help_text="impossible: no object has an embedding; waiting: for enough objects with names",
    )
    labels = serializers.IntegerField(help_text="of people, that it was fitted to last")
    refitted = serializers.DateTimeField(allow_null=True)
    changed = serializers.IntegerField(help_text="objects that got another taxon or score then")
    space = serializers.CharField(help_text="what objects are compared by; empty where there is nothing")
    model = serializers.IntegerField(allow_null=True, help_text="as which it predicts")
    measured = RefitMeasuredOut(allow_null=True, help_text="how it does on objects that it was not fitted to")
    gain = TrainingGainOut(
        allow_null=True, help_text="that a full training from all labels is expected to bring there"
    )
    advice = serializers.ChoiceField(
        [each.value for each in Advice], help_text="whether a full training would pay"
    )


def serialize_refit(status: RefitStatus, standing: RefitStanding) -> dict:
    gain = standing.gain._asdict() if standing.gain else None
    more = {"measured": standing.measurement, "gain": gain, "advice": standing.advice}
    return dict(RefitOut({**vars(status), **more}).data)
