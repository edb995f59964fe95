"""What the API takes and gives of embedding spaces."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.objects import ImageOut
from annotations.api.serializers.taxa import TaxonOut
from annotations.similarity.duplicates.searching import FARTHEST, THRESHOLD
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.neighbours import NEIGHBOURS

MOST_NEIGHBOURS = 100


class EmbeddingSpaceIn(serializers.Serializer):
    anew = serializers.BooleanField(
        default=False, help_text="work out anew, too, what is usual in the project"
    )


class EmbeddingSpaceOut(serializers.Serializer):
    id = serializers.IntegerField(source="space.pk")
    kind = serializers.ChoiceField(
        EmbeddingSpace.Kind.choices,
        source="space.kind",
        help_text="`similar=17:measurements` compares in the newest of a kind",
    )
    name = serializers.CharField(source="space.name")
    version = serializers.IntegerField(source="space.version")
    model = serializers.IntegerField(source="space.model_id", allow_null=True, help_text="of a classifier")
    backbone = serializers.CharField(source="space.backbone", help_text="of a self-supervised backbone")
    dimensions = serializers.IntegerField(source="space.dimensions")
    embedded = serializers.IntegerField(help_text="objects of the project that lie in it")
    missing = serializers.IntegerField(help_text="objects of the project that do not")
    is_own = serializers.BooleanField(help_text="whether orders, clusters and the map take it by themselves")
    is_marked = serializers.BooleanField(help_text="whether a manager has marked it so")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="why it is stale")


class OwnSpaceIn(serializers.Serializer):
    is_own = serializers.BooleanField()


class EmbeddingSourceIn(serializers.Serializer):
    model = serializers.IntegerField(required=False, help_text="it looks at what it has not embedded yet")
    backbone = serializers.IntegerField(required=False, help_text="or one that learnt without labels")


class EmbeddingIn(EmbeddingSourceIn):
    filter = serializers.DictField(default=dict, help_text="of the gallery; without it all of the project")


class DuplicateSearchIn(serializers.Serializer):
    threshold = NumberField(default=THRESHOLD, help_text=f"cosine distance, from 0 to {FARTHEST}")


class DuplicateObjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    original_id = serializers.CharField()
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    images = ImageOut(many=True)


class DuplicateGroupOut(serializers.Serializer):
    id = serializers.IntegerField(source="group.pk")
    size = serializers.IntegerField(help_text="objects; `objects` has the first of them")
    distance = serializers.FloatField(source="group.distance")
    is_exact = serializers.BooleanField(source="group.is_exact", help_text="whether all are the same file")
    is_contradictory = serializers.BooleanField(help_text="whether people have validated different taxa")
    objects = DuplicateObjectOut(many=True)


class DuplicateGroupsOut(serializers.Serializer):
    results = DuplicateGroupOut(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`after` of the next page")


class DuplicatesQuery(serializers.Serializer):
    is_kept = serializers.BooleanField(
        default=False, help_text="those that somebody marked as not duplicates"
    )
    after = serializers.IntegerField(
        default=0, min_value=0, max_value=2**31 - 1, help_text="`next` of the page before"
    )


class KeptIn(serializers.Serializer):
    is_kept = serializers.BooleanField(help_text="whether these are no duplicates")


class NeighboursIn(serializers.Serializer):
    kind = serializers.ChoiceField(
        EmbeddingSpace.Kind.choices,
        required=False,
        help_text="of the space; without it the project's own",
    )
    count = serializers.IntegerField(
        default=NEIGHBOURS, min_value=1, max_value=MOST_NEIGHBOURS, help_text="neighbours that vote"
    )


class NeighbourOut(serializers.Serializer):
    id = serializers.IntegerField()
    original_id = serializers.CharField()
    taxon = TaxonOut()
    distance = serializers.FloatField(help_text="of the cosine, from 0 to 2")
    images = ImageOut(many=True)


class VotedTaxonOut(serializers.Serializer):
    taxon = TaxonOut()
    votes = serializers.IntegerField(help_text="neighbours that have it")
    share = serializers.FloatField(help_text="of the neighbours, from 0 to 1")


class NeighbourhoodOut(serializers.Serializer):
    kind = serializers.CharField(help_text="of the space in which they are near")
    neighbours = NeighbourOut(many=True)
    proposals = VotedTaxonOut(many=True)
