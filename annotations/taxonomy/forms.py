from typing import Any

from django import forms
from django.urls import reverse
from django.utils.safestring import SafeString

from annotations.common.forms import IdField, NamedChoiceField, TypedField
from annotations.taxonomy.models import Taxon, TaxonKind
from annotations.taxonomy.queries import taxon_called

MOST_ID = 2**31 - 1  # of an AphiaID


class TaxonInput(forms.TextInput):
    """A text field whose list follows what is typed: `static/js/fields/taxonfield.js`."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        more = {
            "data-complete": reverse("taxonomy:complete"),
            "autocomplete": "off",
            "spellcheck": "false",
        }
        return super().render(name, value, {**(attrs or {}), **more}, renderer)


class TaxonField(forms.CharField):
    """A taxon by the name that pages show, or by `#number`; None where it may stay empty and does."""

    widget = TaxonInput
    default_error_messages = {"required": "Name a taxon."}

    def clean(self, value: Any) -> Taxon | None:
        text = super().clean(value)
        return taxon_called(text) if text else None


class TaxonForm(forms.ModelForm):
    """What describes a taxon, and where it stands. Its status has a form of its own on the page."""

    field_order = ["parent"]
    parent = TaxonField(
        required=False, help_text="The taxon above it; empty for a root. Its descendants move with it."
    )

    class Meta:
        model = Taxon
        fields = ["name", "rank", "kind", "authority", "aphia_id", "ecotaxa_id", "note"]
        labels = {"aphia_id": "AphiaID", "ecotaxa_id": "EcoTaxa number", "note": "How to recognise it"}


class NewTaxonForm(forms.Form):
    """A taxon that somebody misses. What can't stand the action refuses, in its own words."""

    name = TypedField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"required": True, "autocomplete": "off", "spellcheck": "false"}),
    )
    parent = TaxonField(required=False, label="Below (its parent)")
    kind = NamedChoiceField(
        required=False,
        choices=[("", "by its first letter: a capital is phylogenetic"), *TaxonKind.choices],
    )
    rank = TypedField(required=False, max_length=40)
    aphia_id = TypedField(
        required=False, label="AphiaID of WoRMS", widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    is_homonym = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a button of the page

    def clean_aphia_id(self) -> int | None:
        text = self.cleaned_data["aphia_id"]
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= MOST_ID):
            raise forms.ValidationError(f"{text[:20]!r} is no AphiaID: that is a whole number.")
        return int(text)


class StatusForm(forms.Form):
    """Whether a taxon is in use, and what to take instead."""

    active = forms.BooleanField(required=False)
    replaced_by = TaxonField(required=False)


class BackForm(forms.Form):
    """The page that a button was on."""

    back = forms.CharField(required=False)


class SynonymForm(BackForm):
    """Another name of a taxon."""

    name = TypedField(required=False)


class PresetForm(forms.Form):
    """What becomes of a taxon in the project's picker, or in training."""

    act = NamedChoiceField(choices=[(act, act) for act in ("favour", "unfavour", "group", "ungroup")])
    taxon = TaxonField()
    into = TaxonField(required=False)


class CompletionForm(forms.Form):
    """What a picker looks for; `first`, numbers of taxa that it would like first."""

    q = TypedField(required=False)
    first = forms.CharField(required=False)
    project = IdField(required=False, refusal="`project` takes the number of a project.")


class TableForm(forms.Form):
    """A table of taxa."""

    table = forms.FileField(
        label="Table (.tsv, .csv)",
        widget=forms.FileInput(attrs={"accept": ".tsv,.csv,.txt,text/csv,text/tab-separated-values"}),
        help_text="EcoTaxa's taxonomy export, or a Darwin Core taxon table as WoRMS gives it out, in UTF-8. All of it "
        "is checked before anything is changed; what the site knows is updated, not doubled.",
        error_messages={"required": "Choose the table first."},
        allow_empty_file=True,  # said by the job, with the name of the file
    )
    format = NamedChoiceField(
        required=False,
        label="Kind of table",
        choices=[("", "Found by its columns"), ("ecotaxa", "EcoTaxa"), ("dwc", "Darwin Core (WoRMS)")],
    )
    dry_run = forms.BooleanField(required=False, label="Only check it")
