"""What the API takes and gives of what was done, and of taking it back."""

from rest_framework import serializers

from annotations.history.sitting import MOST_STEPS, STEPS, Stack


class SittingIn(serializers.Serializer):
    stack = serializers.ChoiceField(list(Stack), default=Stack.DONE)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_STEPS, default=STEPS)
    cursor = serializers.CharField(required=False)


class StepOut(serializers.Serializer):
    batch = serializers.IntegerField(help_text="to be undone: of something undone and redone, the redo")
    kind = serializers.CharField(help_text="label or trait")
    changed = serializers.IntegerField()
    created = serializers.DateTimeField()


class StepsOut(serializers.Serializer):
    results = StepOut(many=True)
    next = serializers.CharField(allow_null=True)
