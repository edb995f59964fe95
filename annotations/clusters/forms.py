from django import forms

from annotations.clusters.starting import LEAST, MOST, SMALLEST
from annotations.common.forms import IdsField


class MergingForm(forms.Form):
    """Clusters that are the same."""

    cluster = IdsField()


class ClusteringForm(forms.Form):
    """How large the clusters are that are looked for first; later rounds look for smaller ones on what is left.

    `filter` is a query string, as the bench has it.
    """

    filter = forms.CharField(required=False, widget=forms.HiddenInput)
    smallest = forms.IntegerField(
        label="Objects in the smallest cluster of the first round",
        min_value=LEAST,
        max_value=MOST,
        initial=SMALLEST,
        help_text="Halved in each round, down to 16: on what is left, smaller clusters are looked for.",
    )
