"""What the API gives of the entries of a list."""

from rest_framework import serializers


class OptionOut(serializers.Serializer):
    value = serializers.CharField(help_text="what the field takes")
    name = serializers.CharField(help_text="what a person reads")
    beside = serializers.CharField(help_text="what tells it from another of that name")
