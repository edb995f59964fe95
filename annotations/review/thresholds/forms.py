"""What the addresses of the pages of thresholds say."""

from django import forms


class ThresholdForm(forms.Form):
    threshold = forms.FloatField(min_value=0, max_value=1, required=False, label="Score")


class ThresholdListForm(forms.Form):
    cursor = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
