"""What the API takes and gives of invitations, and of links that set a password."""

from django.conf import settings
from rest_framework import serializers

from annotations.projects.invitations import MOST_DAYS, MOST_USES
from annotations.projects.models import Role


class InvitationIn(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=7)
    uses = serializers.IntegerField(min_value=1, max_value=MOST_USES, default=1, help_text="people")
    note = serializers.CharField(max_length=100, default="", allow_blank=True, help_text="whom it is for")
    email = serializers.EmailField(
        default="", allow_blank=True, help_text="where a letter with the link goes, if the site sends any"
    )

    def validate_email(self, email: str) -> str:
        if email and not settings.SENDS_EMAIL:
            raise serializers.ValidationError("This site sends no letters: hand the link over yourself.")
        return email


class InvitationOut(serializers.Serializer):
    id = serializers.IntegerField()
    role = serializers.CharField()
    note = serializers.CharField()
    email = serializers.CharField(help_text="where it was sent")
    is_sent = serializers.BooleanField(
        required=False, help_text="whether the letter is on its way; only when it is made"
    )
    uses_left = serializers.IntegerField()
    expires = serializers.DateTimeField()
    created_by = serializers.CharField(source="created_by.username")
    url = serializers.CharField(required=False, help_text="only when it is made: the site keeps its digest")


class JoinIn(serializers.Serializer):
    key = serializers.CharField(help_text="the last part of the invitation's link")


class ResetLinkOut(serializers.Serializer):
    url = serializers.CharField(help_text="sets a new password, once, within a day")


class PasswordIn(serializers.Serializer):
    old_password = serializers.CharField(trim_whitespace=False)
    new_password = serializers.CharField(trim_whitespace=False)
    revoke_tokens = serializers.BooleanField(
        default=False, help_text="all of them, that of this request too; me/tokens/ lists those that work"
    )
