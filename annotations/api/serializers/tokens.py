"""What the API takes and gives of tokens."""

from rest_framework import serializers


class ProfileIn(serializers.Serializer):
    first_name = serializers.CharField(max_length=150, allow_blank=True)
    last_name = serializers.CharField(max_length=150, allow_blank=True)
    email = serializers.EmailField(max_length=254, allow_blank=True)


class ProfileOut(ProfileIn):
    id = serializers.IntegerField()
    username = serializers.CharField()


class TokenIn(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField(trim_whitespace=False)
    name = serializers.CharField(
        max_length=100, default="Made by the API", help_text="tells your tokens apart on your account page"
    )
    days = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="that it is valid; by default, and at most, what the site allows",
    )


class TokenOut(serializers.Serializer):
    token = serializers.CharField(help_text="shown this once: the site keeps only its digest")
    expires = serializers.DateTimeField()


class OwnTokenOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    beginning = serializers.CharField(help_text="the first letters of the key")
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    last_used = serializers.DateField(allow_null=True, help_text="the day")
