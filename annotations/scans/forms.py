"""What is asked of scans that come in: everything is optional, and is read as a table's cell would be."""

from django import forms
from django.forms.boundfield import BoundField

from annotations.common.forms import IdField, TypedField
from annotations.scans.frame_options import OPTIONS
from annotations.scans.sampling_fields import FIELDS


class ScanMetadataForm(forms.Form):
    """Texts by the names of FIELDS, for the action, which reads them."""

    @property
    def metadata(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[field.name] for field in FIELDS}

    @property
    def frames(self) -> dict[str, str]:
        return {option.name: self.cleaned_data[option.name] for option in OPTIONS}

    def metadata_fields(self) -> list[BoundField]:
        return [self[field.name] for field in FIELDS]

    def frame_fields(self) -> list[BoundField]:
        return [self[option.name] for option in OPTIONS]


for _field in FIELDS:
    ScanMetadataForm.base_fields[_field.name] = TypedField(
        label=_field.label, help_text=_field.help, required=False, max_length=255
    )
for _option in OPTIONS:
    ScanMetadataForm.base_fields[_option.name] = TypedField(
        label=_option.label,
        help_text=_option.help,
        required=False,
        max_length=255,
        initial=_option.default,
    )


class AcquisitionsPageForm(forms.Form):
    """Behind which acquisition the page begins."""

    before = IdField(required=False, refusal="`before` takes the number of an acquisition.")


class ScansPageForm(forms.Form):
    """Behind which scan the page begins."""

    before = IdField(required=False, refusal="`before` takes the number of a scan.")


class RingedForm(forms.Form):
    """Which object is ringed."""

    object = IdField(required=False, refusal="`object` takes the number of an object.")


class BoxForm(forms.Form):
    """What of a scan is seen: `visible.VisibleBox` reads it."""

    box = TypedField(required=False, max_length=60)
