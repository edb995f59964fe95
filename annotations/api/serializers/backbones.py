"""What the API takes and gives of backbones."""

from rest_framework import serializers

from annotations.api.serializers.serving import field_of
from classifier.contract.pretraining import PRETRAIN_OFFERED


class PretrainingIn(serializers.Serializer):
    projects = serializers.ListField(
        child=serializers.IntegerField(), allow_empty=False, help_text="whose images it learns from"
    )
    filter = serializers.DictField(
        required=False, default=dict, help_text="only these objects: as of projects/{id}/objects/"
    )
    name = serializers.CharField(required=False, allow_blank=True)

    def get_fields(self) -> dict:
        return super().get_fields() | {s.name: field_of(s) for s in PRETRAIN_OFFERED.values()}


class BackboneOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    projects = serializers.ListField(child=serializers.IntegerField())
    filter = serializers.DictField()
    is_ready = serializers.BooleanField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    archived = serializers.DateTimeField(allow_null=True)
    settings = serializers.DictField()
    history = serializers.ListField(
        child=serializers.DictField(), help_text="an entry an epoch: loss, and what the probes said"
    )
    metrics = serializers.DictField(
        help_text="`knn_accuracy` and `linear_accuracy` of labelled objects that it had not seen, where there are any; "
        "images, epoch, dimensions, minutes"
    )

    is_foreign = serializers.BooleanField(help_text="brought in: its projects taught it nothing")
    card = serializers.DictField(help_text="of one that was brought in: licence, source, trained_on")


class BackbonePage(serializers.Serializer):
    results = BackboneOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of those before them")


class BackboneFilter(serializers.Serializer):
    archived = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="these alone, or the others; left out: all"
    )


class BackboneExportIn(serializers.Serializer):
    licence = serializers.CharField(required=False, allow_blank=True, help_text="for its card, as CC BY 4.0")
    source = serializers.CharField(required=False, allow_blank=True, help_text="for its card: whom to name")


class BackboneImportIn(serializers.Serializer):
    folder = serializers.FileField(help_text="the zip of an exported backbone")
    projects = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class BackboneChange(serializers.Serializer):
    name = serializers.CharField(required=False)
    archived = serializers.BooleanField(required=False)
