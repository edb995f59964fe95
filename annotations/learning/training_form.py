"""The form of a training: what is learnt from, and a field for each setting that the site offers (the contract's)."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import IdsField, NamedChoiceField, TypedField
from annotations.learning.backbones.queries import backbones_seen_by
from annotations.learning.forms import only_one
from annotations.learning.models import Backbone, Model
from annotations.learning.queries import models_seen_by, sets_seen_by
from annotations.learning.sets.recipe import LEAST
from annotations.projects.access import projects_managed_by
from annotations.projects.optionfields import LongList, OptionBoxes, OptionSelect
from annotations.projects.optionlists import Chooser
from classifier.contract.backbones import GROUPS, OF_TIMM
from classifier.contract.settings import OFFERED, WITH_IMAGES, Setting, SettingError

OF_A_NEW_BODY = ("backbone", "pretrained", "stem")  # a network to start from has these already
TICKS_SHOWN = "ticks_shown"  # the form has boxes: one that does not come back is not ticked
OF_THE_FORM = {**OFFERED, LEAST.name: LEAST}


class SourceForm(forms.Form):
    """What a model learns from and starts from, and its name; a link may bring them, too."""

    name = TypedField(required=False)
    learning_set: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Learning set",
        error_messages={
            "invalid_choice": "Choose a learning set of the list: there is no “%(value)s” that you may use."
        },
    )
    project: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        error_messages=dict.fromkeys(
            ("invalid_choice", "invalid_pk_value"), "Choose at least one project that you manage."
        ),
    )
    taxa_shown = forms.BooleanField(required=False)
    taxon = IdsField(required=False)
    start_from: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Start from",
        error_messages={
            "invalid_choice": "Choose a model of the list: there is no “%(value)s” that you may use."
        },
    )

    start_backbone: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Start from a backbone",
        error_messages={
            "invalid_choice": "Choose a backbone of the list: there is no “%(value)s” that you may use."
        },
    )

    def __init__(self, data: QueryDict, *, user: User):
        super().__init__(data, auto_id="%s")
        chooser = Chooser(user)
        self.fields["project"].widget = OptionBoxes(LongList("managed-projects", chooser), "Projects")
        self.fields["learning_set"].widget = OptionSelect(
            LongList("learning-sets", chooser), before=[("", "a new one, of projects")]
        )
        self.fields["start_from"].widget = OptionSelect(
            LongList("parents", chooser), before=[("", "a network chosen below")]
        )
        self.fields["start_backbone"].widget = OptionSelect(
            LongList("backbones", chooser), before=[("", "none")]
        )
        rows = {
            "learning_set": sets_seen_by(user),
            "project": projects_managed_by(user),
            "start_from": models_seen_by(user),
            "start_backbone": backbones_seen_by(user),
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset

    @classmethod
    def opened(cls, address: QueryDict, *, user: User) -> Self:
        """As it is at first: where there is one project, that is chosen."""
        data = address.copy()
        if "project" not in data:
            data.setlist("project", [str(project.pk) for project in only_one(projects_managed_by(user))])
        return cls(data, user=user)

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("taxa_shown") and not data.get("learning_set") and len(data.get("taxon", ())) < 2:
            self.add_error("taxon", "Tick at least two taxa: telling one from nothing cannot be learnt.")
        if data.get("start_from") and data.get("start_backbone"):
            self.add_error(
                "start_backbone", "Start from a model or from a backbone: choose “none” of one of them."
            )

    @property
    def start(self) -> Model | Backbone | None:
        """What the network starts from, as far as the form is filled in as it should be."""
        return self.cleaned_data.get("start_from") or self.cleaned_data.get("start_backbone")

    def source(self, least_per_taxon: int | None) -> dict[str, Any]:
        """For the action: a set that there is, or projects."""
        data = self.cleaned_data
        if data["learning_set"]:
            return {"learning_set": data["learning_set"]}
        return {
            "projects": list(data["project"]),
            "taxa": data["taxon"] or None,
            "least_per_taxon": least_per_taxon,
        }


class SettingField(forms.Field):
    """A setting that is typed or chosen; None where it is left empty."""

    def __init__(self, setting: Setting, methods: tuple[str, ...], choices: list):
        super().__init__(required=False, label=setting.title, widget=_widget(setting, choices))
        self.setting, self.methods = setting, methods

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self.setting.parse(str(value).strip())
        except SettingError as error:
            raise ValidationError(str(error).replace(f"`{self.setting.name}`", self.setting.title)) from error


class TickField(forms.BooleanField):
    def __init__(self, setting: Setting):
        super().__init__(required=False, initial=setting.default, label=setting.title)
        self.setting, self.methods = setting, setting.methods


def _widget(setting: Setting, choices: list) -> forms.Widget:
    if choices:
        return forms.Select(choices=choices)
    mode, pattern = ("decimal", None) if setting.type is float else ("numeric", "[0-9]*")
    attributes = {"inputmode": mode, "placeholder": setting.placeholder}
    return forms.TextInput(attributes | ({"pattern": pattern} if pattern else {}))


class TrainingForm(forms.Form):
    method = NamedChoiceField(
        choices=Model.Method.choices,
        required=False,
        error_messages={"invalid_choice": "Choose a method of the list: there is no “%(value)s”."},
    )

    def __init__(self, data: QueryDict | None = None):
        super().__init__(data, auto_id="%s", use_required_attribute=False)
        for setting in OF_THE_FORM.values():
            self.fields.update(_fields_of(setting))

    @property
    def chosen_method(self) -> str:
        return self.data.get("method") or Model.Method.NETWORK

    def basic_fields(self) -> list[BoundField]:
        return self._bound(is_basic=True)

    def more_fields(self) -> list[BoundField]:
        return self._bound(is_basic=False)

    def _bound(self, is_basic: bool) -> list[BoundField]:
        settings = [setting for setting in OF_THE_FORM.values() if setting.is_basic == is_basic]
        return [self[name] for setting in settings for name in _methods_by_field(setting)]

    def how(self) -> dict[str, Any]:
        """The settings of the chosen method: what the page hides, because another method has it, is left out.

        Raises ValidationError that names the field, as the page calls it, and what it takes.
        """
        if not self.is_valid():
            raise ValidationError([str(message) for errors in self.errors.values() for message in errors])
        method = self.chosen_method
        values = {setting.name: self._value(setting, method) for setting in OFFERED.values()}
        return {"method": method, **{name: value for name, value in values.items() if value is not None}}

    def filled_in(self, name: str, method: str) -> Any:
        """The value of a setting as far as the form holds one that may be; None elsewhere."""
        self.is_valid()
        values = getattr(
            self, "cleaned_data", {}
        )  # there are none of a form that is shown for the first time
        fields = _methods_by_field(OFFERED[name]).items()
        return next((values.get(field) for field, methods in fields if method in methods), None)

    def how_from(self, parent: Model | Backbone | None) -> dict[str, Any]:
        """The same for a network or a backbone to start from, where the method takes one."""
        how = self.how()
        if parent is None or how["method"] not in WITH_IMAGES:
            return how
        start = "start_from" if isinstance(parent, Model) else "start_backbone"
        return {name: value for name, value in how.items() if name not in OF_A_NEW_BODY} | {start: parent}

    def _value(self, setting: Setting, method: str) -> Any:
        if setting.type is bool and TICKS_SHOWN not in self.data and setting.name not in self.data:
            return None
        fields = _methods_by_field(setting).items()
        return next((self.cleaned_data[name] for name, methods in fields if method in methods), None)


def _fields_of(setting: Setting) -> dict[str, forms.Field]:
    if setting.type is bool:
        return {setting.name: TickField(setting)}
    return {
        name: SettingField(setting, methods, _choices(setting, methods))
        for name, methods in _methods_by_field(setting).items()
    }


def _methods_by_field(setting: Setting) -> dict[str, tuple[str, ...]]:
    """Of its fields on the page: what has other choices for each method has a field for each."""
    if setting.differs_by_method:
        return {f"{setting.name}_{method}": (method,) for method in setting.methods}
    return {setting.name: setting.methods}


def _choices(setting: Setting, methods: tuple[str, ...]) -> list:
    if setting.name == "backbone":
        return [*GROUPS, OF_TIMM]
    if setting.suggested:
        return [("", setting.placeholder), *((n, str(n)) for n in setting.suggested)]
    return list(setting.choices_of(methods[0]).items())
