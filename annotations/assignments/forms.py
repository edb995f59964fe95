from typing import Any

from django import forms

from annotations.accounts.models import User
from annotations.common.forms import DayInput, IdsField, NamedChoiceField, TypedField
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionBoxes
from annotations.projects.optionlists import Chooser


class AfterForm(forms.Form):
    """Where a page of samples begins: behind the one of this name."""

    after = TypedField(required=False, strip=False)


class ShareForm(forms.Form):
    """Which samples go to whom, until when."""

    sample = IdsField(required=False)
    user: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        error_messages={
            "invalid_choice": "Choose members of this project.",
            "invalid_pk_value": "Choose members of this project.",
        },
    )
    due = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=DayInput)
    do = NamedChoiceField(
        choices=[
            ("assign", "Each to all of them"),
            ("share", "Distribute evenly"),
            ("back", "Unassign"),
        ],
        error_messages={"required": "Press one of the buttons."},
    )

    def __init__(self, *args: Any, project: Project, manager: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people: Any = self.fields["user"]
        people.widget = OptionBoxes(LongList("labellers", Chooser(manager, project)), "Members")
        people.queryset = project.members.all()
        day = self.data.get("due", "")
        self.fields["due"].error_messages["invalid"] = f"There is no day {day!r}."
