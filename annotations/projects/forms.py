from typing import Any

from django import forms
from django.conf import settings

from annotations.accounts.models import User
from annotations.common.forms import DayInput, NamedChoiceField, SearchForm, TypedField
from annotations.projects.doi import clean_doi
from annotations.projects.invitations import MOST_DAYS, MOST_USES
from annotations.projects.models import Licence, Project, Role
from annotations.projects.optionfields import LongList, OptionInput, OptionSelect
from annotations.projects.optionlists import Chooser


class ProjectForm(forms.ModelForm):
    class Meta:
        model = Project
        fields = ["title", "description"]
        widgets = {
            "title": forms.TextInput(attrs={"autofocus": True}),
            "description": forms.Textarea(attrs={"rows": 3}),
        }


class SettingsForm(forms.ModelForm):
    """What a manager says of the project: what it is, whom to ask, and what others may do with the data."""

    class Meta:
        model = Project
        fields = ["title", "description", "contact", "licence", "doi", "embargo_until"]
        labels = {"embargo_until": "Embargo until (UTC)"}
        help_texts = {
            "doi": "of the data, or of the paper about them, as 10.17882/55741",
            "embargo_until": "until that day exports say not to pass the data on, and nobody outside sees anything; "
            "members see the project as ever",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "embargo_until": DayInput(),
        }

    licence = NamedChoiceField(choices=[("", "none chosen"), *Licence.choices], required=False)

    def __init__(self, *args: Any, members: LongList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"] = forms.ModelChoiceField(
            self.instance.members.all(),
            required=False,
            widget=OptionSelect(members, before=[("", "nobody")]),
            help_text="whom members ask about the data, and who is named in exports",
        )

    def clean_doi(self) -> str:
        try:
            return clean_doi(self.cleaned_data["doi"])
        except forms.ValidationError as error:
            raise forms.ValidationError(error.message_dict["doi"]) from error


class MemberForm(forms.Form):
    username = forms.CharField(label="User name")
    role = NamedChoiceField(label="Role of the member", choices=Role.choices, initial=Role.ANNOTATOR)

    def __init__(self, *args: Any, manager: User, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = OptionInput(LongList("colleagues", Chooser(manager, project)))

    def clean_username(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["username"], is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                "Nobody here has this user name. An administrator can make the account."
            )
        return user


class MemberListForm(forms.Form):
    """Which members are listed: whose names hold this, behind the one of that user name."""

    who = TypedField(label="Look for a member", required=False, max_length=200)
    after = TypedField(required=False, strip=False, max_length=200)


def members_listed(manager: User, project: Project) -> LongList:
    return LongList("members", Chooser(manager, project))


class LinkForm(forms.Form):
    """Which member an annotator is: its page has one field for all of them."""

    def __init__(self, *args: Any, members: LongList, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "linked_%s", **kwargs})
        self.fields["member"] = forms.ModelChoiceField(
            members.chooser.in_project.members.all(),
            required=False,
            widget=OptionSelect(members, before=[("", "nobody here")]),
            help_text="Choose once, then press the button at each name that is this member’s.",
            error_messages={"invalid_choice": "Only members of the project can be linked."},
        )


class InvitationForm(forms.Form):
    role = NamedChoiceField(label="Role of who joins", choices=Role.choices, initial=Role.ANNOTATOR)
    uses = forms.IntegerField(label="For how many people", initial=1, min_value=1, max_value=MOST_USES)
    days = forms.IntegerField(label="Valid for how many days", initial=7, min_value=1, max_value=MOST_DAYS)
    note = forms.CharField(label="Whom it is for (may stay empty)", required=False, max_length=100)
    email = forms.EmailField(label="Send it to this e-mail address (may stay empty)", required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="invite_%s")  # the page has another form with a role
        if not settings.SENDS_EMAIL:
            del self.fields["email"]


class ProjectListForm(SearchForm):
    """Which page of the list of projects, and what is looked for in it."""

    cursor = forms.CharField(required=False, empty_value=None)
