"""What the API takes and gives of saved mappings."""

from rest_framework import serializers

from annotations.imports.models import MappingKind


class MappingEntryField(serializers.Serializer):
    kind = serializers.ChoiceField(MappingKind.choices)
    source = serializers.CharField(max_length=301, help_text="as packages write it")
    means = serializers.CharField(
        max_length=301,
        help_text="the name of a taxon, the user name of a member, or a column: its role (`taxon`, `sample` …) or its "
        "name in EcoTaxa's tables",
    )
    lineage = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="of a taxon, the root first, divided by ` > `: where several have the name",
    )


class MappingIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    entries = MappingEntryField(many=True)


class MappingOut(MappingIn):
    id = serializers.IntegerField()
    changed = serializers.DateTimeField()


class MappingRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    changed = serializers.DateTimeField()
    taxons = serializers.IntegerField(help_text="how many names of taxa")
    persons = serializers.IntegerField(help_text="how many names of people")
    columns = serializers.IntegerField(help_text="how many columns")
