"""What each format of exports takes, and what it can't hold."""

from rest_framework import serializers


class ExportOptionOut(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    help = serializers.CharField()
    choices = serializers.DictField(
        child=serializers.CharField(), help_text="words by value; empty where any text is taken"
    )
    default = serializers.CharField(allow_blank=True)


class ExportFormatOut(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    help = serializers.CharField()
    takes = serializers.ListField(
        child=serializers.CharField(),
        help_text="of images, rendered and emails those that mean anything to it",
    )
    options = ExportOptionOut(many=True)
    losses = serializers.ListField(
        child=serializers.CharField(), help_text="what of the project it can't hold, a sentence each"
    )
    obstacles = serializers.ListField(
        child=serializers.CharField(),
        help_text="what is missing for it here, a sentence each with the remedy",
    )
