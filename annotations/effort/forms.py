from django import forms

from annotations.common.forms import NamedTypedChoiceField

PERIODS = {"": "from the beginning", "30": "of the last 30 days", "365": "of the last 365 days"}


class LogPeriodForm(forms.Form):
    """How far back the log is gone through."""

    days = NamedTypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=list(PERIODS.items()),
        label="The log",
        error_messages={"invalid_choice": "`days` takes 30, 365, or nothing for all."},
    )
