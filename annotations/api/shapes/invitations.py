"""What the API takes and gives of invitations, and of links that set a password."""

from rest_framework import serializers

from annotations.projects.invitations import MOST_DAYS, MOST_USES
from annotations.projects.models import Role


class InvitationIn(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=7)
    uses = serializers.IntegerField(min_value=1, max_value=MOST_USES, default=1, help_text="people")
    note = serializers.CharField(max_length=100, default="", allow_blank=True, help_text="whom it is for")


class InvitationOut(serializers.Serializer):
    id = serializers.IntegerField()
    role = serializers.CharField()
    note = serializers.CharField()
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
