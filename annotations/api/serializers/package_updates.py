"""What the API gives of updates from packages."""

from rest_framework import serializers

from annotations.metadata.models import UpdateOutcome
from annotations.samples.models import FreeColumn


class ChangedValueOut(serializers.Serializer):
    row = serializers.CharField(help_text="the sample, acquisition, process or object")
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class ChangedColumnOut(serializers.Serializer):
    level = serializers.ChoiceField(FreeColumn.Level.choices)
    key = serializers.CharField(help_text="what `column` takes")
    heading = serializers.CharField(help_text="how the package calls it")
    values = serializers.IntegerField(help_text="how many change")
    examples = ChangedValueOut(many=True)


class LabelGroupOut(serializers.Serializer):
    outcome = serializers.ChoiceField(UpdateOutcome.choices, help_text="what `labels` takes")
    count = serializers.IntegerField()


class LabelLineOut(serializers.Serializer):
    row = serializers.CharField(help_text="the object")
    from_taxon = serializers.CharField(allow_blank=True)
    from_state = serializers.CharField()
    from_annotator = serializers.CharField(
        allow_blank=True,
        help_text="whose label stands, where the package says no more than another person or date",
    )
    decided = serializers.DateTimeField(allow_null=True, help_text="when that was given")
    taxon = serializers.CharField(help_text="as the package names it")
    means = serializers.CharField(
        allow_blank=True, help_text="the taxon of the site, where that is called otherwise"
    )
    state = serializers.CharField()
    annotator = serializers.CharField(allow_blank=True, help_text="whom the package names")
    labelled_at = serializers.DateTimeField(allow_null=True, help_text="as the package says")


class PackageUpdateOut(serializers.Serializer):
    id = serializers.IntegerField()
    file_name = serializers.CharField()
    user = serializers.CharField(allow_null=True)
    job = serializers.IntegerField(allow_null=True, help_text="the import that planned it, or has applied it")
    new = serializers.IntegerField(help_text="objects of the package that were not here")
    changed = serializers.IntegerField(help_text="objects of which something changes")
    same = serializers.IntegerField()
    left = serializers.IntegerField(
        help_text="values that had changed between preview and update, and stayed"
    )
    created = serializers.DateTimeField()
    applied = serializers.DateTimeField(allow_null=True, help_text="null: it is only a preview")
    taken_back = serializers.DateTimeField(allow_null=True)
    columns = ChangedColumnOut(many=True)
    values = ChangedValueOut(many=True, help_text="those of the `column` that was asked for, a page of them")
    label_groups = LabelGroupOut(many=True, help_text="of an update with labels: how many have which outcome")
    labels = LabelLineOut(many=True, help_text="those of the outcome that was asked for, a page of them")
    next = serializers.CharField(allow_null=True, help_text="the `cursor` of the next page")
