"""What pages of segmenters take: the scans to learn from, whether taxa are told apart, and the settings of a kind."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.html import format_html

from annotations.common.forms import IdField, IdsField, NamedChoiceField, TypedField
from annotations.learning.backbones.forms import BackboneChangeForm
from annotations.learning.training_form import SettingField, TickField
from annotations.projects.models import Project
from annotations.scans.queries import scans_of
from annotations.scans.segmentation.queries import latest_recipes
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.unet import UNET
from classifier.contract.settings import Setting

LEAST_PER_TAXON = 30


class KindForm(forms.Form):
    """Which kind of segmenter the form is of."""

    kind = NamedChoiceField(
        choices=[(kind.name, kind.title) for kind in KINDS.values()],
        required=False,
        error_messages={"invalid_choice": "Choose a kind of the list: there is no “%(value)s”."},
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or UNET.name


class SegmenterForm(forms.Form):
    """Of one kind, which the address names."""

    name = TypedField(required=False)
    scan = IdsField(required=False)
    held_out = IdField(refusal="Choose a scan of the list to hold out.", required=False)
    recipe: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="no recipe",
        label="Compare it with",
        error_messages={"invalid_choice": "Choose a recipe of the list."},
    )
    tells_taxa = forms.BooleanField(required=False, label="Tell taxa apart, too")
    least_per_taxon = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label="Validated objects that a taxon needs",
        widget=forms.TextInput({"inputmode": "numeric", "placeholder": str(LEAST_PER_TAXON)}),
    )

    def __init__(self, data: QueryDict | None = None, *, project: Project, kind: str):
        super().__init__(data, auto_id="%s", use_required_attribute=False)
        self.project, self.kind = project, KINDS[kind]
        self._offer_recipes()
        for setting in self.kind.settings.values():
            self.fields[setting.name] = _field_of(setting)

    def _offer_recipes(self) -> None:
        """To be compared with, for what finds outlines as they do."""
        if not self.kind.has_outlines:
            del self.fields["recipe"]
            return
        recipe: Any = self.fields["recipe"]
        recipe.queryset = latest_recipes(self.project)
        recipe.initial = latest_recipes(self.project).first()

    def basic_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in self.kind.settings.items() if setting.is_basic]

    def more_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in self.kind.settings.items() if not setting.is_basic]

    def settings(self) -> dict[str, Any]:
        """Those that can be read of what was sent, whatever is wrong with the rest; without what is left empty."""
        self.is_valid()
        values = {name: self.cleaned_data.get(name) for name in self.kind.settings}
        return {name: value for name, value in values.items() if value is not None}

    def chosen(self) -> dict[str, Any]:
        """For the action. Raises ValidationError for a scan that is not of the project, or no more."""
        data = self.cleaned_data
        scans = scans_of(self.project).filter(pk__in=[*data["scan"], data["held_out"] or 0])
        by_number = {scan.pk: scan for scan in scans}
        for name, numbers in (("scan", data["scan"]), ("held_out", [data["held_out"]])):
            if any(pk is not None and pk not in by_number for pk in numbers):
                raise forms.ValidationError(
                    {name: "Choose scans of the list: the project has one of them no more."}
                )
        return {
            "scans": [by_number[pk] for pk in sorted(data["scan"])],
            "held_out": by_number.get(data["held_out"] or 0),
            "kind": self.kind.name,
            "least_per_taxon": (data["least_per_taxon"] or LEAST_PER_TAXON) if data["tells_taxa"] else None,
            "recipe": data.get("recipe"),
            "name": data["name"],
            "settings": self.settings(),
        }


def _field_of(setting: Setting) -> forms.Field:
    if setting.type is bool:
        return TickField(setting)
    field = SettingField(setting, setting.methods, list(setting.choices_of("").items()))
    field.initial = setting.default
    return field


class SegmenterImportForm(forms.Form):
    """A segmenter that was exported elsewhere."""

    folder = forms.FileField(
        label="Segmenter (.zip)",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=format_html(
            "As another site exports it, or a folder that <code>{}</code> or <code>{}</code> wrote, zipped. All of it "
            "is checked first; weights come as safetensors alone. Its taxa are found by their names.",
            "train-segmenter",
            "train-detector",
        ),
        error_messages={"required": "Choose the zip first."},
        allow_empty_file=True,  # said by the job, with the name of the file
    )


class SegmenterListForm(forms.Form):
    """Which segmenters are listed."""

    archived = forms.BooleanField(required=False, widget=forms.HiddenInput)  # 1 or 0
    cursor = forms.CharField(required=False)


class SegmenterChangeForm(BackboneChangeForm):
    """What is changed of a segmenter: the same as of a backbone."""
