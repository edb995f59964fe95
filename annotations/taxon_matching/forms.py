from typing import Any

from django import forms

from annotations.common.forms import IdField, IdsField, NamedChoiceField, SearchForm
from annotations.taxonomy.forms import TaxonField
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import taxon_called

ACTS = [("map", "It is this taxon"), ("create", "Create it"), ("refuse", "Refuse")]


class NamesForm(SearchForm):
    """Which names are listed; `root`, the number of the one that is asked about once more."""

    root = forms.CharField(required=False)
    cursor = forms.CharField(required=False)


class ChoiceField(forms.CharField):
    """A proposal as the page offers it: `map:12`, `create:3` or `create`; (act, taxon), None where none is chosen."""

    def clean(self, value: Any) -> tuple[str, Taxon | None] | None:
        text = super().clean(value)
        if not text:
            return None
        act, _, number = text.partition(":")
        if act not in ("map", "create") or (number and not number.isdecimal()):
            raise forms.ValidationError("What is chosen is not of this page: load it again.")
        return act, taxon_called(f"#{number}") if number else None


class SettleForm(forms.Form):
    """What a name means: one of the proposals, a taxon, a new one below it, or nothing."""

    act = NamedChoiceField(required=False, choices=[*ACTS, ("accept", "Accept")])
    taxon = TaxonField(required=False)
    choice = ChoiceField(required=False)
    root = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["act"] == "accept":
            if data["choice"] is None:
                raise forms.ValidationError("Choose one of the proposals, or name a taxon.")
            data["act"], data["taxon"] = data["choice"]
        if data["act"] in ("", "map") and data["taxon"] is None:
            raise forms.ValidationError("Name a taxon.")
        return data


class SettleManyForm(forms.Form):
    """The same for all names that are ticked."""

    names = IdsField(required=False)
    act = NamedChoiceField(choices=ACTS)
    taxon = TaxonField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data["act"] != "refuse" and data["taxon"] is None:
            raise forms.ValidationError("Name a taxon.")
        return data


class MapProposedForm(forms.Form):
    """How many names with one clear proposal the person has seen."""

    expected = IdField(refusal="`expected` takes how many names with one clear proposal you have seen.")


class MergeForm(forms.Form):
    """Into which taxon another one goes."""

    into = TaxonField()
