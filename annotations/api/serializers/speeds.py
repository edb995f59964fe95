"""How fast the devices that train are."""

from rest_framework import serializers

from annotations.learning.models import DeviceSpeed


class DeviceSpeedIn(serializers.Serializer):
    backbone = serializers.CharField(
        required=False, help_text="a network to be measured beside those that the page offers first"
    )
    image_size = serializers.IntegerField(
        required=False,
        min_value=32,
        max_value=512,
        help_text="pixels a side, beside those that the page offers",
    )


class DeviceSpeedOut(serializers.ModelSerializer):
    class Meta:
        model = DeviceSpeed
        fields = (
            "worker",
            "device",
            "method",
            "network",
            "image_size",
            "seconds_once",
            "seconds_epoch",
            "measured",
        )
        extra_kwargs = {
            "image_size": {"help_text": "0: the method looks at no picture as a whole"},
            "seconds_once": {"help_text": "an object of the learning set"},
            "seconds_epoch": {"help_text": "an object, in each epoch besides"},
        }
