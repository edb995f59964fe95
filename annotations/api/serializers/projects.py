"""What the API takes and gives of projects, their members and views."""

from rest_framework import serializers

from annotations.accounts.models import User
from annotations.gallery.models import TaxonSlot
from annotations.projects.models import Licence, Role


class ProjectIn(serializers.Serializer):
    title = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_blank=True)


class ProjectPatchIn(ProjectIn):
    licence = serializers.ChoiceField(
        ["", *Licence.values], required=False, help_text="empty: nobody has said"
    )
    contact = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text="the number of a member",
    )
    doi = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="10.…/…")
    embargo_until = serializers.DateField(
        required=False, allow_null=True, help_text="the first day on which the data may be passed on"
    )


class ContactOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ProjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField(help_text="empty: nobody has said")
    contact = ContactOut(allow_null=True)
    doi = serializers.CharField()
    embargo_until = serializers.DateField(
        allow_null=True, help_text="until then the data must not be passed on"
    )
    created = serializers.DateTimeField()
    role = serializers.CharField()


class ProjectDeletionIn(serializers.Serializer):
    title = serializers.CharField(max_length=255, help_text="its title as it is: nobody deletes it by a slip")


class DeletedProjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    objects = serializers.IntegerField(help_text="how many it had")
    deleted = serializers.DateTimeField()
    deleted_by = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(help_text="from then on nobody can restore it")


class MemberIn(serializers.Serializer):
    username = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        error_messages={"does_not_exist": "There is nobody called {value}: an administrator makes accounts."},
    )
    role = serializers.ChoiceField(Role.choices)


class MemberOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="of the person")
    username = serializers.CharField(help_text="an address in it is masked but for managers")
    name = serializers.CharField()
    email = serializers.CharField(required=False, help_text="for managers, of who joined by an invitation")
    role = serializers.CharField()


class PreferencesInOut(serializers.Serializer):
    keys = serializers.DictField(required=False)
    quick = serializers.DictField(required=False)
    layout = serializers.DictField(required=False)


class SlotIn(serializers.Serializer):
    number = serializers.IntegerField(
        min_value=1, max_value=TaxonSlot.MOST, help_text="the digit that gives it"
    )
    taxon = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    is_pinned = serializers.BooleanField(default=False, help_text="no other taxon takes the slot")


class SlotsIn(serializers.Serializer):
    slots = SlotIn(many=True, max_length=TaxonSlot.MOST, help_text="all of them, the one used last first")


class SlotTaxonOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    lineage = serializers.ListField(child=serializers.CharField(), help_text="from the root down to itself")


class SlotOut(serializers.Serializer):
    number = serializers.IntegerField()
    taxon = SlotTaxonOut()
    is_pinned = serializers.BooleanField()


class ViewIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    query = serializers.CharField(
        allow_blank=True, help_text="the filter, as in the address of the sorting bench"
    )
    is_shared = serializers.BooleanField(default=False)


class ViewOut(ViewIn):
    id = serializers.IntegerField()
    owner = serializers.CharField(source="owner.public_username")
