"""What the literature says of taxa."""

from rest_framework import serializers


class TaxonTraitOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    source = serializers.CharField(help_text="a citation")
    licence = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    names = serializers.IntegerField(help_text="of how many names the list says something")
    matched = serializers.IntegerField(help_text="how many of these are taxa of the site")


class StatedTraitOut(serializers.Serializer):
    trait = serializers.IntegerField(source="trait.pk", help_text="the number of its list")
    name = serializers.CharField(source="trait.name")
    value = serializers.CharField(source="value.value", help_text="as the list has it")
    in_words = serializers.CharField()
    of = serializers.CharField(help_text="the taxon, or the nearest above it, of which the list says it")
    source = serializers.CharField(source="trait.source")
    licence = serializers.CharField(source="trait.licence", allow_blank=True)


class TaxonTraitValueOut(serializers.Serializer):
    name = serializers.CharField(help_text="as the source spells it")
    taxon = serializers.IntegerField(
        source="taxon_id",
        allow_null=True,
        help_text="its number here; null where the site has none of that name",
    )
    value = serializers.CharField()
    in_words = serializers.CharField()


class TaxonTraitValuesPage(serializers.Serializer):
    results = TaxonTraitValueOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of the page that follows")
