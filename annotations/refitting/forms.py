from django import forms


class SwitchForm(forms.Form):
    """Whether the project learns while people sort it."""

    is_on = forms.BooleanField(required=False)
