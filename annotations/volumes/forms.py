from django import forms
from django.http import QueryDict

from annotations.common.forms import NamedChoiceField, TypedField
from annotations.volumes.models import COEFFICIENT, INDIVIDUAL_VOLUME, VOLUME, VolumeSettings, VolumeUnit


class VolumesForm(forms.Form):
    """Volumes and formulas, as a manager writes them."""

    volume_unit = NamedChoiceField(
        required=False,
        choices=[("", "nobody has said"), *VolumeUnit.choices],
        label="The volume is in",
        error_messages={"invalid_choice": "`volume_unit` takes m3 or l."},
    )
    coefficient = TypedField(
        required=False,
        max_length=500,
        label="Share of the sample that was looked at",
        help_text=f"As in EcoTaxa: {COEFFICIENT}. Write 1 where nothing was sub-sampled.",
    )
    volume = TypedField(
        required=False,
        max_length=500,
        label="Volume of water that the sample is of",
        help_text=f"As in EcoTaxa: {VOLUME}. "
        "The unit is of what this comes to: sample.tot_vol / 1000 of litres are m³.",
    )
    individual_volume = TypedField(
        required=False,
        max_length=500,
        label="Volume of one object, mm³",
        help_text=f"As in EcoTaxa: {INDIVIDUAL_VOLUME}. pixel is the side of a pixel in mm. An ellipse: "
        "4/3 * pi * (object.major/2 * pixel) * (object.minor/2 * pixel)^2.",
    )

    def __init__(self, sent: QueryDict | None, settings: VolumeSettings):
        super().__init__(sent, initial={name: getattr(settings, name) for name in self.base_fields})
