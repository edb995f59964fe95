"""What the API takes and gives of the annotators whom imported labels name."""

from rest_framework import serializers


class ImportedAnnotatorOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="as it came with the package")
    email = serializers.CharField(required=False, help_text="for managers only")
    member = serializers.CharField(allow_null=True, help_text="user name of the member who this is")


class LinkIn(serializers.Serializer):
    member = serializers.CharField(allow_null=True, help_text="user name; null: nobody here")
