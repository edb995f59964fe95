from django import forms

from annotations.common.forms import TypedField


class ProjectDeletionForm(forms.Form):
    """Who deletes types what it is called: nobody does it by a slip."""

    title = TypedField(
        label="Type its title", max_length=255, widget=forms.TextInput({"autocomplete": "off"})
    )
