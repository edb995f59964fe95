"""What the bench sends besides its filter, which `annotations/search` reads."""

from django import forms

from annotations.common.forms import PageQueryForm, TypedField


class NeighboursForm(forms.Form):
    """Whether Alt + 1 gives the first proposal."""

    keys = forms.BooleanField(required=False)


class SavedViewForm(PageQueryForm):
    """What a view is called, and whether all members see it. What can't stand the action refuses, in its own words."""

    name = TypedField(required=False)
    shared = forms.BooleanField(required=False)
