from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from annotations.common.forms import TypedField

LARGEST_TABLE = 2_000_000  # bytes


class TraitTableForm(forms.Form):
    """A list of traits of taxa, and where it comes from."""

    name = TypedField(required=False, max_length=100, label="Trait", help_text="As “trophic type”.")
    table = forms.FileField(
        label="Table (.csv, .tsv)",
        widget=forms.FileInput(attrs={"accept": ".tsv,.csv,.txt,text/csv,text/tab-separated-values"}),
        help_text="Two columns with names in the first line: the taxon, its value. Where several values may hold, a | "
        "stands between them. A trait of the same name is brought to what this table says.",
        error_messages={"required": "Choose the table first."},
        allow_empty_file=True,
    )
    source = TypedField(
        required=False, max_length=500, help_text="Who made the list: it stands wherever a value does."
    )
    licence = TypedField(required=False, max_length=200)
    link = forms.URLField(required=False, max_length=300, assume_scheme="https")
    value_names = TypedField(
        required=False,
        strip=False,
        label="What abbreviated values mean",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="A line each, as AU = autotrophic. Regroupings call their groups so.",
    )

    def clean_table(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["table"]
        if (file.size or 0) > LARGEST_TABLE:
            raise forms.ValidationError("The file has more than two million bytes: leave lines out.")
        return file

    def clean_value_names(self) -> dict[str, str]:
        pairs = [
            line.partition("=") for line in self.cleaned_data["value_names"].splitlines() if line.strip()
        ]
        if any(not sign or not value.strip() or not name.strip() for value, sign, name in pairs):
            raise forms.ValidationError("Write a line each, as AU = autotrophic.")
        return {value.strip(): name.strip() for value, _, name in pairs}

    def about(self) -> dict[str, Any]:
        """What `import_trait` takes besides the values."""
        names = ("name", "source", "licence", "link", "value_names")
        return {name: self.cleaned_data[name] for name in names} | {"file": self.cleaned_data["table"].name}
