"""What the API takes and gives of embedding spaces."""

from rest_framework import serializers

from annotations.similarity.models import EmbeddingSpace


class EmbeddingSpaceIn(serializers.Serializer):
    anew = serializers.BooleanField(
        default=False, help_text="work out anew, too, what is usual in the project"
    )


class EmbeddingSpaceOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(
        EmbeddingSpace.Kind.choices, help_text="`similar=17:measurements` compares in the newest of a kind"
    )
    name = serializers.CharField()
    version = serializers.IntegerField()
    model = serializers.IntegerField(source="model_id", allow_null=True, help_text="of a classifier")
    backbone = serializers.CharField(help_text="of a self-supervised backbone")
    dimensions = serializers.IntegerField()
