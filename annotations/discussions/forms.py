from uuid import uuid4

from django import forms

from annotations.common.forms import SearchForm, TypedField


class TextForm(forms.Form):
    """A comment, or a note. What is empty or too long the action refuses, in its own words."""

    text = TypedField(required=False)


class CommentForm(TextForm):
    """Something that is said; `key` is made with the form, so that the same form sent twice says it once."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)


class CaptionForm(forms.Form):
    """What a reference image shows."""

    caption = TypedField(required=False)


class CursorForm(forms.Form):
    """Where a page of a list begins."""

    cursor = forms.CharField(required=False)


class TaxonPageForm(SearchForm, CursorForm):
    """Which taxa are listed."""
