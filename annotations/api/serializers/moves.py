from rest_framework import serializers


class MoveIn(serializers.Serializer):
    target = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="the project they go to; you manage both"
    )
    filter = serializers.DictField(
        required=False,
        default=dict,
        help_text="which objects; an empty one matches all of the project: a merge",
    )
    copy = serializers.BooleanField(required=False, default=False, help_text="they stay here too")
    expected = serializers.IntegerField(
        required=False, min_value=1, help_text="how many match: where it is another number, nothing is moved"
    )
    add_members = serializers.BooleanField(
        required=False,
        default=False,
        help_text="of a merge: members become members there with their role; who is one keeps theirs",
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="only say what would happen, and what is in the way"
    )


class MoveConflictOut(serializers.Serializer):
    what = serializers.CharField(
        help_text="Object, Sample, Acquisition, Free column, Trait, Name, Second reading …"
    )
    name = serializers.CharField()
    here = serializers.CharField()
    there = serializers.CharField()
    remedy = serializers.CharField()


class MovePlanOut(serializers.Serializer):
    objects = serializers.IntegerField()
    samples = serializers.IntegerField()
    new_samples = serializers.IntegerField(help_text="of these, how many the target lacks")
    new_columns = serializers.ListField(child=serializers.CharField())
    conflicts = MoveConflictOut(many=True, help_text="nothing is moved while there are any")


class MoveOut(serializers.Serializer):
    id = serializers.IntegerField()
    source = serializers.IntegerField(allow_null=True)
    source_title = serializers.CharField()
    target = serializers.IntegerField(allow_null=True)
    target_title = serializers.CharField()
    user = serializers.CharField(allow_null=True)
    copy = serializers.BooleanField()
    merge = serializers.BooleanField()
    filter = serializers.DictField()
    expected = serializers.IntegerField()
    objects_done = serializers.IntegerField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)


class MovesOut(serializers.Serializer):
    results = MoveOut(many=True)
    next = serializers.CharField(allow_null=True)
