"""What the API says of resumable uploads."""

from rest_framework import serializers


class UploadOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes, when it is whole")
    offset = serializers.IntegerField(help_text="bytes that have arrived")
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField(
        help_text="when it is removed, unless more of it comes or an import takes it"
    )
