"""What the API takes and gives of retraining a project's own model."""

from rest_framework import serializers

from annotations.retraining.models import Retraining


class RetrainingPlanIn(serializers.Serializer):
    every = serializers.IntegerField(allow_null=True, help_text="newly validated objects; null: not so")
    hour = serializers.IntegerField(allow_null=True, help_text="of the day, UTC; null: not nightly")


class RetrainingOut(serializers.Serializer):
    id = serializers.IntegerField()
    started = serializers.DateTimeField()
    reason = serializers.ChoiceField(Retraining.Reason.choices)
    former = serializers.IntegerField(source="former_id", allow_null=True, help_text="the own model before")
    model = serializers.IntegerField(source="model_id", allow_null=True, help_text="the new one")
    outcome = serializers.ChoiceField(
        Retraining.GateOutcome.choices, allow_blank=True, help_text="empty: under way"
    )
    words = serializers.CharField(help_text="why it came out so")
    figures = serializers.DictField(
        help_text="`objects` that both were tested on; of `accuracy` and `macro_f1` the difference with its interval"
    )
    decided = serializers.DateTimeField(allow_null=True)


class RetrainingStatusOut(serializers.Serializer):
    plan = RetrainingPlanIn(allow_null=True)
    own_model = serializers.IntegerField(source="own_model.pk", allow_null=True, default=None)
    obstacle = serializers.CharField(help_text="why the own model can't be trained anew; empty where it can")
    fresh = serializers.IntegerField(help_text="objects settled since the own model's learning set was made")
    expected_gain = serializers.FloatField(allow_null=True, help_text="of macro-F1, by the learning curve")
    retrainings = RetrainingOut(many=True, help_text="the last fifty")
