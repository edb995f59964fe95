"""What the API takes and gives of assignments."""

from rest_framework import serializers


class AssignmentsIn(serializers.Serializer):
    samples = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    users = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text="user names"
    )
    due = serializers.DateField(required=False, allow_null=True)
    is_shared = serializers.BooleanField(default=False)


class AssignedOut(serializers.Serializer):
    assignments = serializers.IntegerField()
