from django import forms

from annotations.common.forms import TypedField


class ObjectCountForm(forms.Form):
    """Who deletes objects types how many they are: nobody does it by a slip. Of none there is nothing to type."""

    expected = forms.IntegerField(label="Type the number of objects", min_value=0, widget=forms.TextInput)


class BinPageForm(forms.Form):
    """Where the list of a bin goes on, and beside which deletion corrections of outlines are listed one by one."""

    cursor = forms.CharField(required=False, empty_value=None)
    beside = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ProjectDeletionForm(forms.Form):
    """Who deletes types what it is called: nobody does it by a slip."""

    title = TypedField(
        label="Type its title", max_length=255, widget=forms.TextInput({"autocomplete": "off"})
    )
