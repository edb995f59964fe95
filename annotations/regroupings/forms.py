from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from annotations.common.forms import IdField, NamedChoiceField, TypedField
from annotations.common.problems import Problems
from annotations.common.tables import text_of
from annotations.regroupings.models import OtherTaxa, Regrouping, RegroupingGroup
from annotations.regroupings.rows import LONGEST
from annotations.taxonomy.forms import TaxonField

LARGEST_TABLE = 1_000_000  # bytes
OF_ROW = "group-"  # before the number of a taxon
STALE = "Load the page again: it does not say what it shows."


class StartForm(forms.Form):
    """A new regrouping from what is here."""

    name = TypedField(required=False, max_length=100)
    start = NamedChoiceField(label="Start from")

    def __init__(self, *args: Any, starts: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(starts)


class GroupingTableForm(forms.Form):
    """A new regrouping from a table: a file, or what is pasted."""

    name = TypedField(required=False, max_length=100)
    table = forms.FileField(
        required=False,
        label="File (.csv, .tsv)",
        widget=forms.FileInput(attrs={"accept": ".tsv,.csv,.txt,text/csv,text/tab-separated-values"}),
        allow_empty_file=True,
    )
    text = TypedField(
        required=False,
        strip=False,
        label="or its lines",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="A line a taxon: its name, a comma, a semicolon or a tab, its group. A first line may name the "
        "columns taxon and group.",
    )
    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a button of the preview

    def clean_table(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["table"]
        if file and (file.size or 0) > LARGEST_TABLE:
            raise forms.ValidationError("The file has more than a million bytes: leave lines out.")
        return file

    def lines(self, problems: Problems) -> tuple[str, str]:
        """The text of the table, and what to call it."""
        file = self.cleaned_data["table"]
        if file:
            return text_of(file.read(), problems, file.name or "table"), file.name or "table"
        return self.cleaned_data["text"], "the table"


class RevisedForm(forms.Form):
    """A change of what the page showed."""

    revision = IdField(refusal=STALE, widget=forms.HiddenInput)


class RetiringForm(RevisedForm):
    """Out of the lists, or back into them."""

    is_retired = forms.BooleanField(required=False)


class GroupsForm(RevisedForm):
    """Name, others, and of each group its name and whether results leave it out."""

    name = TypedField(required=False, max_length=100)
    others = NamedChoiceField(choices=OtherTaxa.choices, label="Taxa in no group …")

    def __init__(self, *args: Any, regrouping: Regrouping, groups: Sequence[RegroupingGroup], **kwargs: Any):
        at_first = {"name": regrouping.name, "others": regrouping.others, "revision": regrouping.revision}
        super().__init__(*args, **{**kwargs, "initial": at_first})
        self.numbers = [group.pk for group in groups]
        for group in groups:
            self.fields[f"name-{group.pk}"] = TypedField(
                required=False, max_length=LONGEST, label=f"Name of {group}", initial=group.name
            )
            self.fields[f"left-out-{group.pk}"] = forms.BooleanField(
                required=False, label=f"Leave {group} out", initial=group.is_left_out
            )

    def changes(self) -> dict[str, Any]:
        """What `change_regrouping` takes."""
        sent = self.cleaned_data
        groups = {number: (sent[f"name-{number}"], sent[f"left-out-{number}"]) for number in self.numbers}
        return {"groups": groups, **{name: sent[name] for name in ("revision", "name", "others")}}


class RowsForm(RevisedForm):
    """The group of each taxon of the page, as `group-NUMBER`, and of one more; an empty one takes a row away."""

    taxon = TaxonField(required=False)
    group = TypedField(required=False, max_length=LONGEST)

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        if sent.get("taxon") and not sent.get("group"):
            raise forms.ValidationError("Say which group the taxon counts for.")
        if sent.get("group") and "taxon" in sent and not sent["taxon"]:
            raise forms.ValidationError(f"Say which taxon counts for {sent['group']}.")
        return sent

    def rows(self) -> dict[int, str]:
        """Name of the group by taxon."""
        numbers = {name: name.removeprefix(OF_ROW) for name in self.data if name.startswith(OF_ROW)}
        rows = {
            int(number): self.data[name]
            for name, number in numbers.items()
            if number.isascii() and number.isdigit() and len(number) < 19
        }
        sent = self.cleaned_data
        return rows | ({sent["taxon"].pk: sent["group"]} if sent["taxon"] else {})


class RowsPageForm(forms.Form):
    """Behind which taxon the page of rows begins."""

    after = TypedField(required=False, max_length=400)
