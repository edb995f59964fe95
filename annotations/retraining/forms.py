from typing import Any

from django import forms

from annotations.common.forms import NamedTypedChoiceField
from annotations.retraining.actions import LEAST_EVERY, MOST_EVERY

EVERY = f"A number of objects is {LEAST_EVERY} to {MOST_EVERY:,}, or is left out."
HOUR = "An hour is one of 0 to 23, in UTC, or is left out."


class PlanForm(forms.Form):
    """When the own model is trained anew; both empty: never by itself."""

    every = forms.IntegerField(
        required=False,
        min_value=LEAST_EVERY,
        max_value=MOST_EVERY,
        label="After so many newly validated objects",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), EVERY),
    )
    hour = NamedTypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "not nightly"), *((hour, f"{hour:02}:00 UTC") for hour in range(24))],
        label="Every night, where anything was validated",
        error_messages={"invalid_choice": HOUR},
    )

    def plan(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("every", "hour")}


class RetrainingPageForm(forms.Form):
    """Where the list goes on."""

    cursor = forms.CharField(required=False, empty_value=None)
