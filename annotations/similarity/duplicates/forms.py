from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from annotations.common.forms import IdField
from annotations.labels.targets import Target
from annotations.similarity.duplicates.searching import FARTHEST, THRESHOLD
from annotations.taxonomy.models import Taxon

AGAIN = "The page did not say which objects these are: load it again."


class DuplicateSearchForm(forms.Form):
    """How near two objects have to be."""

    threshold = forms.FloatField(
        label="Distance up to",
        initial=THRESHOLD,
        min_value=0,
        max_value=FARTHEST,
        help_text=f"Alike pictures lie near 0: up to {THRESHOLD:g} they are nearly the same; {FARTHEST:g} is the most.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"The distance takes a number from 0 to {FARTHEST:g}.",
        ),
    )


class PlaceForm(forms.Form):
    """Where the list goes on, and the group that the answer leads to."""

    after = IdField(refusal="`after` takes the place of a group.", required=False)
    to = IdField(refusal=AGAIN, required=False)


class GroupsPageForm(PlaceForm):
    """Which groups, and where the list goes on."""

    is_kept = forms.BooleanField(required=False)


class SameLabelForm(PlaceForm):
    """All objects of a group, as the person saw them, and the taxon that they get."""

    taxon: Any = forms.ModelChoiceField(
        Taxon.objects, error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a taxon.")
    )
    seen = forms.CharField(error_messages={"required": AGAIN})  # id:version, separated by commas

    def clean_seen(self) -> list[Target]:
        try:
            pairs = [part.split(":") for part in self.cleaned_data["seen"].split(",")]
            return [Target(int(pk), int(version)) for pk, version in pairs]
        except ValueError as error:
            raise ValidationError(AGAIN) from error


class KeptForm(PlaceForm):
    """Whether these are no duplicates."""

    is_kept = forms.BooleanField(required=False)


class OthersForm(forms.Form):
    """The object that stays."""

    keep = IdField(refusal="Choose the object that stays.")
