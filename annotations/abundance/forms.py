from typing import Any

from django import forms

from annotations.abundance.queries import FigureChoice, usual_model
from annotations.common.forms import IdField, IdsField, NamedChoiceField, TypedField
from annotations.learning.models import Model
from annotations.learning.queries import models_used_in
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.volumes.models import VolumeUnit
from annotations.volumes.queries import volume_settings_of

MOST_DRAWN = 2000  # objects a sample: more than anybody looks at for one interval
HOW_MANY = f"Draw from 1 to {MOST_DRAWN:,} objects of a sample."
UNITS = [("", "not said"), *VolumeUnit.choices]


class FigureForm(forms.Form):
    """Which figures the page has, and in which unit the volumes of the samples are."""

    taxon = IdField(required=False, refusal="`taxon` takes the number of a taxon.")
    sample = IdField(required=False, refusal="`sample` takes the number of a sample.")
    volume_unit = NamedChoiceField(
        required=False,
        choices=UNITS,
        error_messages={"invalid_choice": "`volume_unit` takes m3 or l."},
    )

    cursor = TypedField(required=False, max_length=400)

    def choice(self, project: Project) -> FigureChoice:
        """The unit is the project's own where none is chosen."""
        unit = self.cleaned_data["volume_unit"] or volume_settings_of(project).volume_unit
        return FigureChoice(
            self.cleaned_data["taxon"], self.cleaned_data["sample"], VolumeUnit(unit) if unit else None
        )


class FigureMenus(FigureForm):
    """What the page has figures of, to choose others: the table's taxa and samples may be many."""

    def __init__(self, choice: FigureChoice, chooser: Chooser):
        unit = choice.unit.value if choice.unit else ""
        super().__init__(initial={"taxon": choice.taxon, "sample": choice.sample, "volume_unit": unit})
        self.fields["taxon"].widget = OptionSelect(
            LongList("counted-taxa", chooser), before=[("", "all, of a sample")]
        )
        self.fields["sample"].widget = OptionSelect(
            LongList("counted-samples", chooser), before=[("", "all, of a taxon")]
        )


class EstimateForm(forms.Form):
    """By which model objects are counted, and up to where taxa are told apart."""

    model = forms.ModelChoiceField(
        queryset=Model.objects.none(),
        required=False,
        empty_label=None,
        error_messages={"invalid_choice": "This model has predicted nothing here: choose one of the list."},
    )
    taxa_below = IdsField(required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["model"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = models_used_in(project)
        field.initial = usual_model(project)


class DrawForm(forms.Form):
    """From which samples how many objects are drawn."""

    sample = IdsField()
    objects = forms.IntegerField(
        min_value=1,
        max_value=MOST_DRAWN,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), HOW_MANY),
    )


class DownloadForm(FigureForm):
    """As which file."""

    format = NamedChoiceField(
        required=False,
        choices=[("csv", "CSV"), ("parquet", "Parquet")],
        error_messages={"invalid_choice": "`format` takes csv or parquet."},
    )
