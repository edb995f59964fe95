from django import forms

from annotations.common.forms import IdField, IdsField
from annotations.measurements.pixel_sizes import read_micrometres


class MeasuringForm(forms.Form):
    """Whether what was measured already is measured again."""

    anew = forms.BooleanField(required=False)


class PageForm(forms.Form):
    """Where a page of acquisitions begins: behind the one of this number."""

    after = IdField(required=False, refusal="There is no such page of acquisitions: begin at the first.")


class PixelSizeForm(forms.Form):
    """How large a pixel of the ticked acquisitions is."""

    acquisition = IdsField(required=False)
    pixel_um = forms.CharField(
        required=False,
        label="Pixel size of those that are ticked, in µm",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}),
        help_text="For example 10.6. Leave it empty where nobody knows: then measures are in pixels alone.",
    )

    def clean_pixel_um(self) -> float | None:
        return read_micrometres(self.cleaned_data["pixel_um"])
