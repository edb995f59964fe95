"""What the pages of models take, but for that of a training: see `training_form.py`."""

import json
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.html import format_html

from annotations.accounts.models import User
from annotations.common.forms import IdField, NamedChoiceField, NamedTypedChoiceField, TypedField
from annotations.learning.actions import PRECISIONS
from annotations.learning.models import Model
from annotations.learning.registry import FORMATS
from annotations.projects.access import projects_managed_by
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionBoxes, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.samples.models import State
from annotations.search.filter import Filter

OF_THE_MODEL, BEST_GUESS = "", "guess"  # the precision that the model's page says, and none


class RegistryForm(forms.Form):
    """Which models are listed."""

    q = TypedField(required=False, max_length=400)
    method = NamedChoiceField(
        required=False,
        choices=[("", "all"), *Model.Method.choices],
        error_messages={"invalid_choice": "There is no method “%(value)s”: choose one of the list."},
    )
    archived = forms.BooleanField(required=False, widget=forms.HiddenInput)  # 1 or 0
    cursor = forms.CharField(required=False)


class FiguresForm(forms.Form):
    """How the figures of a model are shown: the confusion matrix, the curve of a taxon, objects of which project."""

    order = NamedChoiceField(
        required=False,
        choices=[("lineage", "lineage"), ("confusion", "what is confused")],
        error_messages={"invalid_choice": "`order` takes lineage or confusion."},
    )
    cells = NamedChoiceField(
        required=False,
        choices=[("counts", "counts"), ("shares", "shares")],
        error_messages={"invalid_choice": "`cells` takes counts or shares."},
    )
    taxon = IdField(required=False, refusal="`taxon` takes the number of a taxon.")
    project = IdField(required=False, refusal="`project` takes the number of a project.")
    cell = forms.RegexField(
        r"^[0-9]{1,18}:[0-9]{1,18}$",
        required=False,
        error_messages={
            "invalid": "`cell` takes the numbers of two taxa: the true one, a colon, the predicted one."
        },
    )

    def clean_cell(self) -> tuple[int, ...] | None:
        text = self.cleaned_data["cell"]
        return tuple(map(int, text.split(":"))) if text else None


class AnotherModelForm(forms.Form):
    """A model that is looked at besides the newest."""

    model = IdField(required=False, refusal="`model` takes the number of a model.", label="Another model")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **{"auto_id": "another_%s", **kwargs})
        models = LongList("models", Chooser(user))
        self.fields["model"].widget = OptionSelect(models, before=[("", "one of these")], form="another")


class NumbersField(forms.Field):
    """Numbers, each a parameter of its own or with commas between them; shown as they came."""

    def bound_data(self, data: list[str], initial: Any) -> list[str]:
        return ",".join(data).split(",")


class ComparisonForm(forms.Form):
    """Numbers of models: ticked, or with commas between them."""

    models = NumbersField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["models"].widget = OptionBoxes(LongList("models", Chooser(user)), "Models")

    def clean_models(self) -> str:
        return ",".join(self.cleaned_data["models"] or [])


class ChangeForm(forms.Form):
    """What is changed of a model. Each of the forms on its page has some of these fields."""

    name = TypedField(required=False)
    notes = TypedField(required=False)
    wanted_precision = forms.FloatField(
        required=False, error_messages={"invalid": "A precision is a number: choose one of the list."}
    )
    archived = forms.BooleanField(required=False, widget=forms.HiddenInput)  # 1 or 0

    def clean(self) -> dict[str, Any]:
        """What was sent: what the form has not stays as it is."""
        data = super().clean() or {}
        return {name: value for name, value in data.items() if name in self.data}


class OwnForm(forms.Form):
    """The project whose own model it becomes, or no longer is."""

    project = IdField(refusal="Choose a project first.")
    release = forms.BooleanField(required=False)


class AdoptForm(forms.Form):
    """The field of `OwnForm` on a model's page."""

    project = forms.CharField(label="Project")

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["project"].widget = OptionSelect(LongList("managed-projects", Chooser(user)))


class FormatForm(forms.Form):
    """As what a model goes out."""

    format = NamedTypedChoiceField(
        required=False,
        choices=list(FORMATS.items()),
        empty_value="folder",
        error_messages={
            "invalid_choice": f"There is no format “%(value)s”: choose {' or '.join(FORMATS.values())}."
        },
    )


class ImportForm(forms.Form):
    """A model that was exported elsewhere, and who is to have it."""

    folder = forms.FileField(
        label="Model folder (.zip)",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=format_html(
            "As another site exports it, or a folder that <code>{}</code> wrote, zipped. All of it is checked first; "
            "weights come as safetensors alone. Its taxa are found by their names.",
            "python -m classifier train",
        ),
        error_messages={"required": "Choose the zip first."},
        allow_empty_file=True,  # said by the job, with the name of the file
    )
    project: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        label="For the projects",
        help_text="Their members see the model.",
        error_messages={
            "required": "Choose at least one project that the model is for.",
            "invalid_choice": "Choose projects that you manage.",
            "invalid_pk_value": "Choose projects that you manage.",
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        projects: Any = self.fields["project"]
        projects.queryset = projects_managed_by(user)
        projects.widget = OptionBoxes(LongList("managed-projects", Chooser(user)), "Projects")
        projects.initial = only_one(projects.queryset)


def only_one(projects: QuerySet[Project]) -> list[Project]:
    """It is chosen, where there is nothing to choose; else none is."""
    first = list(projects[:2])
    return first if len(first) == 1 else []


NOTHING_LEFT = (
    "Nothing would be predicted: all that the filter matches has a label, which is to stay as it is."
)


class PredictionForm(forms.Form):
    """Which model, of which objects, how sure it has to be, and whether predictions that are there are replaced."""

    filter = TypedField(required=False, widget=forms.HiddenInput)  # of the bench, as its address has it
    model = IdField(refusal="Choose a model first.")
    precision = NamedChoiceField(
        required=False,
        label="How sure it has to be",
        help_text="What it is less sure of gets the taxon above that it is sure of, or is left for people.",
        choices=[
            (OF_THE_MODEL, "as the model’s page says"),
            *((str(precision), f"{100 * precision:.0f} of 100 labels right") for precision in PRECISIONS),
            (BEST_GUESS, "always the best guess"),
        ],
        error_messages={"invalid_choice": "How sure it has to be is “%(value)s”, but takes one of the list."},
    )
    replace = NamedChoiceField(
        required=False,
        choices=[("yes", "Replace them"), ("no", "Leave them")],
        error_messages={"invalid_choice": "Predictions that are there are replaced or left: choose one."},
    )

    def precision_of(self, model: Model) -> float | None:
        """None: always the best guess."""
        match self.cleaned_data["precision"]:
            case "":
                return model.wanted_precision
            case "guess":
                return None
            case text:
                return float(text)

    def filter_json(self, user: User) -> dict:
        """Of what is predicted. What is left alone is said as a filter: what has no prediction yet."""
        criteria = self.criteria(user)
        if self.cleaned_data["replace"] == "no":
            if criteria.state and State.UNCLASSIFIED not in criteria.state:
                raise ValidationError(NOTHING_LEFT)
            criteria = replace(criteria, state=(State.UNCLASSIFIED,))
        return json.loads(json.dumps(criteria.as_dict()))

    def criteria(self, user: User) -> Filter:
        """Raises ValidationError that names the condition that is wrong."""
        return Filter.parse(QueryDict(self.cleaned_data["filter"]), user)


class PredictionPageForm(forms.Form):
    """What the page of predictions is opened for: a model besides the newest, objects of the bench."""

    model = IdField(required=False, refusal="`model` takes the number of a model.")
    filter = TypedField(required=False)


class PreviewForm(PredictionForm):
    """The same for a preview, perhaps beside another model."""

    against = IdField(
        required=False,
        refusal="`against` takes the number of a model.",
        label="Beside it in the preview",
        help_text="Another model for the same objects: you see where the two differ.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        models = LongList("models", Chooser(user))
        self.fields["against"].widget = OptionSelect(models, before=[("", "no other")])
