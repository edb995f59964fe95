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
    scans = PlaceFileOut(many=True, help_text="for `scans/`, which takes zips and folders of them, too")
    others = serializers.IntegerField(help_text="further files, of which none can be imported by itself")
    is_cut = serializers.BooleanField(help_text="whether there is more than is listed")
