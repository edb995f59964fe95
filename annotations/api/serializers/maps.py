"""What the API takes and gives of maps."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.maps.actions import MIN_DIST, MOST_NEIGHBOURS, NEIGHBOURS


class ProjectionIn(serializers.Serializer):
    neighbours = serializers.IntegerField(
        default=NEIGHBOURS, min_value=2, max_value=MOST_NEIGHBOURS, help_text="of each object"
    )
    min_dist = NumberField(
        default=MIN_DIST, min_value=0, max_value=0.99, help_text="least distance of points"
    )
    anew = serializers.BooleanField(
        default=False, help_text="all objects; else only those without a place, beside what they are like"
    )


class ProjectionOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="`on_map` takes it, and `projection` of the map's page")
    method = serializers.CharField(help_text="`pca`, principal components, or `umap`")
    space = serializers.IntegerField(source="space_id", help_text="embedding space")
    options = serializers.DictField(help_text="of UMAP: `neighbours`, `min_dist`")
    fitted_to = serializers.IntegerField(help_text="objects; all others lie beside them or on the same axes")
    created = serializers.DateTimeField()
