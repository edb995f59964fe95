"""What the API gives of the catalogue of public models and projects."""

from rest_framework import serializers


class CataloguedOut(serializers.Serializer):
    """What models and projects have in common."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField(help_text="empty: nobody has said")
    url = serializers.CharField(help_text="of its page")


class CataloguedModelOut(CataloguedOut):
    method = serializers.CharField()
    taxa = serializers.ListField(child=serializers.CharField())
    figures = serializers.DictField(
        help_text="accuracy, balanced_accuracy, macro_f1 … from held-out objects: `{value, interval}`"
    )
    scivision = serializers.DictField(help_text="as an entry of scivision's catalogue of models")
    deepaas = serializers.DictField(help_text="as DEEPaaS describes it")


class CataloguedModelsOut(serializers.Serializer):
    results = CataloguedModelOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="cursor of the page after it")


class CataloguedProjectOut(CataloguedOut):
    doi = serializers.CharField(allow_blank=True)
    scivision = serializers.DictField(help_text="as an entry of scivision's catalogue of data sources")


class CataloguedProjectsOut(serializers.Serializer):
    results = CataloguedProjectOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="cursor of the page after it")


class CatalogueQuery(serializers.Serializer):
    q = serializers.CharField(required=False, default="", help_text="a part of the name", max_length=200)
    cursor = serializers.CharField(required=False, help_text="`next` of the page before")
