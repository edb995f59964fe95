from typing import Any

from django import forms

from annotations.common.forms import NamedChoiceField
from annotations.marks.imports import refuse_large
from annotations.marks.models import Colour, Dash, PointShape


class LabelForm(forms.Form):
    name = forms.CharField(max_length=100)
    key = forms.SlugField(
        max_length=50, help_text="Its name in files: letters, digits, hyphens. It never changes."
    )
    colour = NamedChoiceField(choices=Colour)
    dash = NamedChoiceField(choices=Dash, help_text="How its lines are broken.")
    shape = NamedChoiceField(choices=PointShape, help_text="What stands at its points.")
    help = forms.CharField(max_length=500, required=False, help_text="What to draw, from where to where.")


class FileForm(forms.Form):
    """A file of marks."""

    file = forms.FileField(
        label="COCO JSON or CSV",
        widget=forms.FileInput(attrs={"accept": ".json,.csv,application/json,text/csv"}),
        help_text="All of it is checked before anything is changed. The marks are yours then; those that the project "
        "has already, figure for figure, are left alone.",
        error_messages={"required": "Choose the file of marks first."},
        allow_empty_file=True,  # said by the job, as of every file that holds nothing
    )
    dry_run = forms.BooleanField(required=False, label="Only check it")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        refuse_large(upload)
        return upload
