from typing import Any

from django import forms

from annotations.projects.models import Role


class ExportForm(forms.Form):
    """What a package takes along."""

    images = forms.BooleanField(required=False, initial=True, label="With the images")
    rendered = forms.BooleanField(
        required=False,
        label="Images as they are shown here",
        help_text="8 bits, upright, PNG. Otherwise they go out as they came in, a TIFF of 16 bits as that TIFF.",
    )
    emails = forms.BooleanField(
        required=False,
        label="With annotators’ e-mail addresses",
        help_text="EcoTaxa finds its users by them. Only managers of the project can download such a package.",
    )

    def __init__(self, *args: Any, role: Role, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if role != Role.MANAGER:  # the action refuses who asks for them all the same
            self.fields["emails"].widget = forms.HiddenInput()
