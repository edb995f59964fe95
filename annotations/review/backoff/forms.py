"""What the address of what is coarser says."""

from django import forms


class BackOffForm(forms.Form):
    threshold = forms.FloatField(min_value=0, max_value=1, required=False, label="Score")
    coarser = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, label="Coarser taxon")
