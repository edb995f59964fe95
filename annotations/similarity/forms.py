from django import forms


class MiddleForm(forms.Form):
    """Whether what is usual in the project is worked out anew, too."""

    anew = forms.BooleanField(required=False)
