"""Where objects go, and how many they are."""

from typing import Any

from django import forms
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import NamedChoiceField
from annotations.moving.queries import last_other_project, targets_for
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.samples.following import Transfer

MOVE, COPY = "move", "copy"


class TargetForm(forms.Form):
    """Into which project, and whether they stay here too; the rest of the page's address is the filter."""

    target: Any = forms.ModelChoiceField(
        queryset=Project.objects.none(),  # of the person, see below
        label="Into the project",
        help_text="The projects that you manage.",
        error_messages={
            "invalid_choice": "Choose one of the projects that you manage, other than this one.",
            "required": "Choose a project.",
        },
    )
    act = NamedChoiceField(
        label="How",
        choices=[(MOVE, "Move: they are there, and here no more"), (COPY, "Copy: they are in both projects")],
        initial=MOVE,
    )

    def __init__(self, *args: Any, user: User, source: Project, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user, self.source = user, source
        target: Any = self.fields["target"]
        target.queryset = targets_for(user, source)
        target.widget = OptionSelect(
            LongList("targets", Chooser(user, source)),
            before=[("", "choose…")],
            autofocus=not self.is_bound,
        )

    @classmethod
    def opened(cls, query: QueryDict, *, is_sent: bool, user: User, source: Project) -> "TargetForm":
        """Of an address that names a project, or to which a number was sent; else it is still to be filled in."""
        is_filled = is_sent or "target" in query
        return cls(query if is_filled else None, user=user, source=source)

    def transfer(self) -> Transfer:
        chosen = self.cleaned_data
        return Transfer(self.source, chosen["target"], self.user, is_copy=chosen["act"] == COPY)


def with_usual_target(query: QueryDict, user: User, source: Project) -> QueryDict | None:
    """The address of single objects with the project where the last went to or came from; None where it names one, or
    there is none. A whole project has no usual place."""
    last = last_other_project(user, source) if "id" in query and "target" not in query else None
    if last is None:
        return None
    filled = query.copy()
    filled["target"], filled["act"] = str(last.pk), MOVE
    return filled


class NumberForm(forms.Form):
    """Who moves objects types how many they are: nobody does it by a slip. A merge may bring the members along."""

    expected = forms.IntegerField(
        label="Type their number", min_value=1, widget=forms.TextInput(attrs={"autofocus": True})
    )
    adds_members = forms.BooleanField(
        required=False,
        label="Members of this project become members there",
        help_text="With the role that they have here. Who is a member there already keeps the role that they have.",
    )

    def __init__(self, *args: Any, is_merge: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not is_merge:
            del self.fields["adds_members"]


class MovesForm(forms.Form):
    """Which part of the list: the latest, or what was before the cursor."""

    cursor = forms.CharField(required=False, empty_value=None)
