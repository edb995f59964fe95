"""Places from which packages come, and what lies in them."""

from rest_framework import serializers


class ImportPlaceOut(serializers.Serializer):
    name = serializers.CharField()
    kind = serializers.ChoiceField(["folder", "bucket"])


class PlaceFileOut(serializers.Serializer):
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")


class ImportListingOut(serializers.Serializer):
    path = serializers.CharField()
    folders = serializers.ListField(child=serializers.CharField())
    zips = PlaceFileOut(many=True)
    others = serializers.IntegerField(help_text="further files, which are no package by themselves")
    is_cut = serializers.BooleanField(help_text="whether there is more than is listed")
