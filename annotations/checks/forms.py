from typing import Any

from django import forms

from annotations.checks.models import CheckAnswer
from annotations.common.forms import IdField, NamedTypedChoiceField
from annotations.taxonomy.models import Taxon

WHICH = "The page did not say which object this is about: load it again."


class CheckForm(forms.Form):
    """What one wants to know of the set; in percent, as people say it."""

    least = forms.FloatField(
        label="Are at least so many right? (%)",
        required=False,
        min_value=1,
        max_value=100,
        initial=95,
        help_text="The check says when it is certain that they are, or that they are not.",
    )
    half_width = forms.FloatField(
        label="Or: the precision to ± (%)",
        required=False,
        min_value=0.1,
        max_value=50,
        help_text="The check says when it is known as narrowly. Twice as narrow takes about four times the looks.",
    )
    is_blind = forms.BooleanField(
        label="Blind: name each object without seeing its label",
        required=False,
        help_text="Takes longer, and nobody is led by what they read. The taxon of the label, or one below it, "
        "counts as right.",
    )

    def as_action(self) -> dict[str, Any]:
        """As `start_check` takes it: shares."""
        percents = {name: self.cleaned_data[name] for name in ("least", "half_width")}
        shares = {name: None if value is None else value / 100 for name, value in percents.items()}
        return {**shares, "is_blind": self.cleaned_data["is_blind"]}


class LookForm(forms.Form):
    """What a look says."""

    place = IdField(refusal=WHICH, widget=forms.HiddenInput)
    answer = NamedTypedChoiceField(
        choices=CheckAnswer.choices,
        coerce=CheckAnswer,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "An answer is right, wrong or cannot_tell."},
    )
    taxon = forms.ModelChoiceField(
        Taxon.objects.all(),
        required=False,
        error_messages={"invalid_choice": "There is no such taxon: choose another one."},
    )


class AgainForm(forms.Form):
    """Which look is answered once more."""

    again = forms.BooleanField(required=False)


class EarlierForm(forms.Form):
    """Which part of the list: the checks before the one of this number."""

    before = IdField(refusal="This part of the list is not there: begin with its first.", required=False)
