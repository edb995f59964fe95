"""What pages of segmentation are sent: a field for each setting of a recipe (the contract's), a crop, what to run."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import IdField, IdsField, TypedField
from annotations.learning.training_form import SettingField, TickField
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.scans.queries import scanned_acquisitions, scans_of
from annotations.scans.segmentation.queries import latest_recipes
from annotations.scans.segmenters.queries import segmenters_to_apply
from classifier.contract.segmentation import RECIPE_OFFERED
from classifier.contract.settings import Setting

SIDES = (256, 512, 1024, 1536, 2048)  # of a crop, pixels
SIDE = 1024
NO_RECIPE = "Choose a recipe of the list."


class RecipeForm(forms.Form):
    """A name, and a field for each setting."""

    name = TypedField(required=False, max_length=100)
    segments = forms.BooleanField(required=False)  # whether scans are chosen for it next

    def __init__(self, data: Mapping[str, Any] | None = None, *, values: Mapping[str, Any] | None = None):
        super().__init__(data, auto_id="%s", initial=dict(values or {}), use_required_attribute=False)
        for setting in RECIPE_OFFERED.values():
            self.fields[setting.name] = _field_of(setting)

    @classmethod
    def opened(cls, address: QueryDict, values: Mapping[str, Any]) -> Self:
        """With what the address says in the place of `values`."""
        return cls({**{name: str(value) for name, value in values.items()}, **address.dict()})

    def basic_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in RECIPE_OFFERED.items() if setting.is_basic]

    def more_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in RECIPE_OFFERED.items() if not setting.is_basic]

    def chosen(self) -> dict[str, Any]:
        """The settings; what is left empty is left out."""
        values = {name: self.cleaned_data.get(name) for name in RECIPE_OFFERED}
        return {name: value for name, value in values.items() if value is not None}


def _field_of(setting: Setting) -> forms.Field:
    if setting.type is bool:
        return TickField(setting)
    choices = [(value, text) for value, text in setting.choices_of("").items() if value != "blank"]
    field = SettingField(setting, setting.methods, choices)
    field.initial = setting.default
    field.help_text = setting.help
    return field


class StartingRecipeForm(forms.Form):
    """From which recipe a page begins."""

    recipe = IdField(refusal=NO_RECIPE, required=False)
    segmenter = IdField(refusal="Choose a segmenter of the list.", required=False)


class CropForm(forms.Form):
    """A square of a scan: its upper left corner and side in pixels."""

    x = IdField(refusal="`x` takes pixels from the left.", required=False)
    y = IdField(refusal="`y` takes pixels from the top.", required=False)
    side = forms.IntegerField(required=False, min_value=SIDES[0], max_value=SIDES[-1])


class SegmentForm(forms.Form):
    """Scans, the recipe for them, and a segmenter where its threshold is not to find objects."""

    scan = IdsField(required=False)
    acquisition: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="of none: those below alone",
        error_messages={"invalid_choice": "Choose an acquisition of the list."},
    )
    recipe: Any = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), NO_RECIPE),
    )

    segmenter: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="the recipe’s threshold",
        error_messages={"invalid_choice": "Choose a segmenter of the list."},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        project: Project,
        user: User,
        initial: dict | None = None,
    ):
        super().__init__(data, auto_id="%s", initial=initial)
        recipe: Any = self.fields["recipe"]
        recipe.queryset = latest_recipes(project)
        segmenter: Any = self.fields["segmenter"]
        segmenter.queryset = segmenters_to_apply(user)
        segmenter.widget = OptionSelect(
            LongList("segmenters", Chooser(user)), before=[("", segmenter.empty_label)]
        )
        acquisition: Any = self.fields["acquisition"]
        acquisition.queryset = scanned_acquisitions(project)
        acquisition.widget = OptionSelect(
            LongList("scanned_acquisitions", Chooser(user, project)), before=[("", acquisition.empty_label)]
        )
        self.project = project

    def chosen(self) -> dict[str, Any]:
        """For the action: all scans of the acquisition, and those that are ticked."""
        matching = Q(pk__in=self.cleaned_data["scan"])
        if acquisition := self.cleaned_data["acquisition"]:
            matching |= Q(parent__acquisition=acquisition)
        return {
            "scans": list(scans_of(self.project).filter(matching).order_by("pk")),
            "recipe": self.cleaned_data["recipe"],
            "segmenter": self.cleaned_data["segmenter"],
        }


class ListForm(forms.Form):
    """Which page of a list."""

    cursor = forms.CharField(required=False)
