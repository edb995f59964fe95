from django import forms

from annotations.maps.actions import MIN_DIST, MOST_NEIGHBOURS, NEIGHBOURS


class MappingForm(forms.Form):
    """How UMAP lays out. Few neighbours show small groups, many the whole."""

    neighbours = forms.IntegerField(
        label="Neighbours of each object",
        min_value=2,
        max_value=MOST_NEIGHBOURS,
        initial=NEIGHBOURS,
        widget=forms.NumberInput(attrs={"autofocus": True}),  # where the popover takes the focus to
    )
    min_dist = forms.FloatField(
        label="Least distance of points", min_value=0, max_value=0.99, initial=MIN_DIST
    )
    anew = forms.BooleanField(label="All objects anew, not only those without a place", required=False)


class MapAddressForm(forms.Form):
    """What the address of a map says besides the filter; empty: the usual projection, coloured by taxon."""

    projection = forms.CharField(required=False)
    colour = forms.CharField(required=False)
    only_colours = forms.BooleanField(required=False)  # of the points' bytes: without where they lie


class AxesAddressForm(forms.Form):
    """What the address of the morphological space says besides the filter; empty: the project's own space."""

    space = forms.CharField(required=False)
