"""What the API gives of where one may go, and of what is next."""

from rest_framework import serializers


class DestinationOut(serializers.Serializer):
    name = serializers.CharField()
    url = serializers.CharField(help_text="of the page")
    detail = serializers.CharField(help_text="what tells it from another of that name")
    alias = serializers.CharField(help_text="by which it was found, where that is not the name")


class DestinationsOut(serializers.Serializer):
    name = serializers.CharField(help_text="of the group")
    rank = serializers.IntegerField(
        help_text="of its best: 0 is called so, 1 begins so, 2 its words begin so, 3 holds it, 4 is like it"
    )
    destinations = DestinationOut(many=True)


class NextStepOut(serializers.Serializer):
    text = serializers.CharField(help_text="a sentence, behind the count where there is one")
    url = serializers.CharField(help_text="of the page")
    count = serializers.IntegerField(allow_null=True)
    where = serializers.CharField(help_text="the project, or whatever tells it from another")
    is_fault = serializers.BooleanField(help_text="whether something failed")
