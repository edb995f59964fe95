from typing import Any

from django import forms

from annotations.common.forms import NamedChoiceField, NamedTypedChoiceField, TypedField
from annotations.exports.registry import ExportFormat, ExportOption
from annotations.exports.request import ImageChoice
from annotations.projects.models import Role
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.projects.optionlists import Chooser

IMAGES = {
    ImageChoice.ALL: "all of each object",
    ImageChoice.FIRST: "the first of each object",
    ImageChoice.NONE: "none",
}


class ExportForm(forms.Form):
    """What an export of one format takes along, and what the format asks."""

    images = NamedTypedChoiceField(
        required=False,
        empty_value=ImageChoice.ALL.value,
        choices=[(choice.value, words) for choice, words in IMAGES.items()],
        initial=ImageChoice.ALL.value,
        label="Images",
    )
    rendered = forms.BooleanField(
        required=False,
        label="Images as they are shown here",
        help_text="8 bits, upright, PNG. Otherwise they go out as they came in, a TIFF of 16 bits as that TIFF.",
    )
    emails = forms.BooleanField(
        required=False,
        label="With annotators’ e-mail addresses",
        help_text="EcoTaxa finds its users by them. Only managers of the project can download such a package.",
    )

    def __init__(
        self,
        *args: Any,
        export_format: ExportFormat,
        chooser: Chooser,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.export_format = export_format
        for name in list(self.fields):
            if name not in export_format.takes:
                del self.fields[name]
        if chooser.in_project.role != Role.MANAGER and "emails" in self.fields:
            self.fields[
                "emails"
            ].widget = forms.HiddenInput()  # the action refuses who asks for them all the same
        for option in export_format.options:
            self.fields[option.name] = _field(option, chooser)

    def chosen(self) -> dict[str, Any]:
        """As `start_export` takes it."""
        own = {option.name for option in self.export_format.options}
        common = {name: value for name, value in self.cleaned_data.items() if name not in own}
        options = {name: value for name, value in self.cleaned_data.items() if name in own}
        return {"format_name": self.export_format.name, "options": options, **common}


def _field(option: ExportOption, chooser: Chooser) -> forms.Field:
    if not option.choices:
        field = TypedField(label=option.label, help_text=option.help, required=False, max_length=20_000)
        if option.option_list:
            field.widget = OptionSelect(LongList(option.option_list, chooser), before=[("", "none")])
        return field
    return NamedChoiceField(
        label=option.label,
        help_text=option.help,
        choices=list(option.choices.items()),
        initial=option.default,
        required=False,
    )
