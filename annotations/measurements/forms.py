from django import forms


class MeasuringForm(forms.Form):
    """Whether what was measured already is measured again."""

    anew = forms.BooleanField(required=False)
