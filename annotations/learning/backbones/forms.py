"""What the pages of backbones take: a field for each setting that the site offers (the contract's)."""

import json
from typing import Any, Self

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.html import format_html

from annotations.accounts.models import User
from annotations.common.forms import TypedField
from annotations.learning.forms import ImportForm, only_one
from annotations.learning.training_form import SettingField
from annotations.projects.access import projects_managed_by
from annotations.projects.optionfields import LongList, OptionBoxes
from annotations.projects.optionlists import Chooser
from annotations.search.filter import Filter
from classifier.contract.backbones import GROUPS, OF_TIMM
from classifier.contract.pretraining import PRETRAIN_OFFERED
from classifier.contract.settings import Setting


class PretrainingForm(forms.Form):
    """What it learns from and how; a link may bring projects and a filter, too."""

    project: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice", "invalid_pk_value"),
            "Choose at least one project that you manage.",
        ),
    )
    filter = TypedField(required=False, widget=forms.HiddenInput)  # of the bench, as its address has it
    name = TypedField(required=False)

    def __init__(self, data: QueryDict | None = None, *, user: User, initial: dict | None = None):
        super().__init__(data, auto_id="%s", initial=initial, use_required_attribute=False)
        self.user = user
        projects: Any = self.fields["project"]
        projects.queryset = projects_managed_by(user)
        projects.widget = OptionBoxes(LongList("managed-projects", Chooser(user)), "Projects")
        for setting in PRETRAIN_OFFERED.values():
            self.fields[setting.name] = _field_of(setting)

    @classmethod
    def opened(cls, address: QueryDict, *, user: User) -> Self:
        """As it is at first: where there is one project, that is chosen."""
        only = [str(project.pk) for project in only_one(projects_managed_by(user))]
        chosen = {"project": address.getlist("project") or only, "filter": address.get("filter", "")}
        return cls(user=user, initial=chosen)

    def basic_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in PRETRAIN_OFFERED.items() if setting.is_basic]

    def more_fields(self) -> list[BoundField]:
        return [self[name] for name, setting in PRETRAIN_OFFERED.items() if not setting.is_basic]

    @property
    def criteria(self) -> Filter:
        """Raises ValidationError that names the condition that is wrong."""
        return Filter.parse(QueryDict(self["filter"].value() or ""), self.user)

    def chosen(self) -> dict[str, Any]:
        """For the action."""
        values = {name: self.cleaned_data[name] for name in PRETRAIN_OFFERED}
        return {
            "projects": list(self.cleaned_data["project"]),
            "filter_json": json.loads(json.dumps(self.criteria.as_dict())),
            "name": self.cleaned_data["name"],
            **{name: value for name, value in values.items() if value is not None},
        }


def _field_of(setting: Setting) -> SettingField:
    return SettingField(setting, setting.methods, _choices(setting))


def _choices(setting: Setting) -> list:
    if setting.name == "backbone":
        return [*GROUPS, OF_TIMM]
    if setting.suggested:
        return [("", setting.placeholder), *((n, str(n)) for n in setting.suggested)]
    return list(setting.choices_of("").items())


class BackboneListForm(forms.Form):
    """Which backbones are listed."""

    archived = forms.BooleanField(required=False, widget=forms.HiddenInput)  # 1 or 0
    cursor = forms.CharField(required=False)


class BackboneChangeForm(forms.Form):
    """What is changed of a backbone. Each of the forms on its page has one of these fields."""

    name = TypedField(required=False)
    archived = forms.BooleanField(required=False, widget=forms.HiddenInput)  # 1 or 0

    def clean(self) -> dict[str, Any]:
        """What was sent: what the form has not stays as it is."""
        data = super().clean() or {}
        return {name: value for name, value in data.items() if name in self.data}


class BackboneExportForm(forms.Form):
    """What its card says for others."""

    licence = TypedField(required=False)
    source = TypedField(required=False)


class BackboneImportForm(ImportForm):
    """A backbone that was exported elsewhere, and who may start from it."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        folder, project = self.fields["folder"], self.fields["project"]
        folder.label = "Backbone (.zip)"
        folder.help_text = format_html(
            "As another site exports it, or a folder that <code>{}</code> wrote, zipped. All of it is checked first; "
            "weights come as safetensors alone.",
            "python -m classifier pretrain",
        )
        project.help_text = "Their members see the backbone, and start models from it."
        project.error_messages["required"] = "Choose at least one project that the backbone is for."
