from typing import Any

from django import forms

from annotations.common.forms import SearchForm
from annotations.taxonomy.forms import TaxonField


class NamesForm(SearchForm):
    """Which names are listed; `root`, the number of the one that is asked about once more."""

    root = forms.CharField(required=False)


class SettleForm(forms.Form):
    """What a name means: a taxon, a new one below it, or nothing."""

    act = forms.ChoiceField(
        required=False, choices=[("map", "It is this taxon"), ("create", "Create it"), ("refuse", "Refuse")]
    )
    taxon = TaxonField(required=False)
    root = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data["act"] in ("", "map") and data["taxon"] is None:
            raise forms.ValidationError("Name a taxon.")
        return data


class MergeForm(forms.Form):
    """Into which taxon another one goes."""

    into = TaxonField()
