"""What the API takes and gives of learning while sorting."""

from rest_framework import serializers


class RefitIn(serializers.Serializer):
    is_on = serializers.BooleanField()


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
