from typing import Any

from django import forms

from annotations.accounts.models import User
from annotations.common.forms import DayInput, TimeInput
from annotations.history.params import ANYBODY, read_moment, read_person
from annotations.projects.models import Project, Role
from annotations.projects.optionfields import Fixed, LongList, OptionSelect
from annotations.projects.optionlists import Chooser


class WindowForm(forms.Form):
    """Whose actions, and from when to when; a date without a time counts to its end."""

    person = forms.CharField(required=False, label="Whose")
    since = forms.CharField(required=False, widget=DayInput)
    until = forms.CharField(required=False, widget=DayInput)
    besides: Fixed = ()  # whom an expert may choose besides one person

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.project, self.user = project, user
        own = [(str(user.pk) if self.data.get("person") == str(user.pk) else "", "Yours")]
        if project.role.rank >= Role.EXPERT.rank:
            actors = LongList("actors", Chooser(user, project))
            self.fields["person"].widget = OptionSelect(actors, before=own, after=self.besides)
        else:
            self.fields["person"].widget = forms.Select(choices=own)

    def clean(self) -> dict[str, Any]:
        """Raises PermissionDenied for others' actions, unless the person is an expert."""
        data = super().clean() or {}
        return {
            "person": read_person(data["person"], self.project, self.user),
            "since": read_moment(self.moment(data, "since"), "since"),
            "until": read_moment(self.moment(data, "until"), "until", is_end=True),
        }

    def moment(self, data: dict[str, str], name: str) -> str:
        return data[name]


class ActionListForm(WindowForm):
    """Where a page of the list begins, too."""

    cursor = forms.CharField(required=False, empty_value=None)
    besides = [(ANYBODY, "Everybody’s")]

    def clean(self) -> dict[str, Any]:
        cursor = self.cleaned_data.get("cursor")
        return {**super().clean(), "cursor": cursor}


class PeriodForm(WindowForm):
    """The date and the time of day are two fields of the page; the second may be left empty."""

    since = forms.CharField(required=False, widget=DayInput(required=True))
    until = forms.CharField(required=False, widget=DayInput(**{"aria-describedby": "about-until"}))
    since_time = forms.CharField(
        required=False, widget=TimeInput(**{"aria-label": "From, time of day (UTC)"})
    )
    until_time = forms.CharField(
        required=False, widget=TimeInput(**{"aria-label": "Until, time of day (UTC)"})
    )

    def moment(self, data: dict[str, str], name: str) -> str:
        day, time = data[name], data[f"{name}_time"]
        return f"{day}T{time}" if day and time else day
