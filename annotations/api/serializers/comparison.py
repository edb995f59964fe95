"""What the API gives of a comparison of samples."""

from rest_framework import serializers

from annotations.api.serializers.results import ResultTaxon


class ComparedSampleOut(serializers.Serializer):
    sample = serializers.CharField(help_text="its id in the package")
    sample_id = serializers.IntegerField()
    objects = serializers.IntegerField()
    axis_1 = serializers.FloatField()
    axis_2 = serializers.FloatField()
    place_in_tree = serializers.IntegerField(help_text="from 1, such that no branches cross")
    group = serializers.CharField(allow_blank=True, help_text="by what `colour` asks for")
    nearest_sample = serializers.CharField()
    least_dissimilarity = serializers.FloatField(help_text="to the nearest sample")


class JoinOut(serializers.Serializer):
    left = serializers.IntegerField(help_text="a sample by its place from 0, or n + k: what join k made")
    right = serializers.IntegerField()
    height = serializers.FloatField(help_text="the mean dissimilarity of their members")


class PlacedTaxonOut(serializers.Serializer):
    taxon = ResultTaxon()
    axis_1 = serializers.FloatField()
    axis_2 = serializers.FloatField()


class ComparisonOut(serializers.Serializer):
    samples = ComparedSampleOut(many=True)
    dissimilarities = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), help_text="square, in their order"
    )
    joins = JoinOut(many=True)
    shares = serializers.ListField(
        child=serializers.FloatField(), help_text="of the variation, of each axis; none of an nMDS"
    )
    negative_share = serializers.FloatField(help_text="of the variation that no axis can draw")
    stress = serializers.FloatField(allow_null=True, help_text="of an nMDS, Kruskal’s first")
    taxa = PlacedTaxonOut(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
