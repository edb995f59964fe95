from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from annotations.common.forms import NamedChoiceField
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of, taxon_called
from annotations.traits.models import TRAIT_KINDS, FromMarks, Icon, Trait
from annotations.traits.queries import pending_names_of, vocabulary
from classifier.contract.traits import TraitKind

FEW = 3  # empty fields for taxa that a trait applies to


class SetForm(forms.Form):
    """Which of the ready-made sets."""

    name = forms.CharField(required=False)  # of none: the action says which there are


class TraitForm(forms.Form):
    """A trait as a manager writes it: choices and conditions are lines of text, keys are nobody's business."""

    refused_as = {"only_if_choices": "only_if"}  # a condition is two fields of the trait, and one here

    name = forms.CharField(max_length=100)
    kind = NamedChoiceField(choices=TRAIT_KINDS, label="Its value is")
    choices = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, in their order. For one or several of several.",
    )
    unit = forms.CharField(max_length=20, required=False, help_text="Of a measure: µm, mm, % …")
    group = forms.CharField(
        max_length=60, required=False, help_text="What it stands under: Reproduction, Feeding …"
    )
    help = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="How to recognise each value. Shown on the sorting bench.",
    )
    only_if = forms.CharField(
        required=False,
        label="Only if",
        help_text="A value of another trait: without it, this one makes no sense.",
    )
    quick_key = forms.CharField(max_length=1, required=False, help_text="One letter or digit.")
    icon = NamedChoiceField(choices=[("", "none"), *Icon.choices], required=False)
    default = forms.CharField(
        required=False, help_text="What most have: one key gives it to all shown that nobody has looked at."
    )
    mark_label = forms.CharField(
        max_length=60,
        required=False,
        label="Taken from marks called",
        help_text="A label of marks: what people draw with it on the image gives the value.",
    )
    mark_measure = NamedChoiceField(
        choices=[("", "nothing"), *FromMarks.choices],
        required=False,
        label="And of them",
        help_text="Lengths in µm, mm or px; areas in µm², mm² or px²; angles in °.",
    )
    concept = forms.URLField(
        required=False, max_length=300, assume_scheme="https", help_text="Its address in a public vocabulary."
    )

    def __init__(self, *args: Any, project: Project, trait: Trait | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.project, self.trait = project, trait
        others = [t for t in vocabulary(project.pk) if TraitKind(t.kind).is_chosen and t != trait]
        self.others = {t.key: t for t in others}
        self.fields["only_if"] = NamedChoiceField(
            required=False,
            label="Only if",
            help_text=self.fields["only_if"].help_text,
            choices=[
                ("", "always"),
                *((t.name, [(f"{t.key}={c['key']}", c["name"]) for c in t.choices]) for t in others),
            ],
        )
        self.applies_to = self._applies_to()
        self.unknown = pending_names_of(project, [trait]) if trait else {}
        self.chosen_names = self._waiting_names()

    def _applies_to(self) -> list[str]:
        """What the fields for taxa show: as given, or the trait's, and some empty ones."""
        if self.is_bound:
            numbers = (
                forms.MultipleHiddenInput().value_from_datadict(self.data, self.files, "applies_to") or []
            )
        else:
            numbers = list(names_of(set(self.trait.applies_to)).values()) if self.trait else []
        return [*filter(None, numbers), *[""] * FEW]

    def _waiting_names(self) -> list[int]:
        """Of the names that the trait waits for: those that are ticked."""
        if not self.is_bound:
            return list(self.unknown)
        numbers = forms.MultipleHiddenInput().value_from_datadict(self.data, self.files, "applies_to_names")
        return [pk for pk in self.unknown if str(pk) in (numbers or [])]

    def clean(self) -> dict:
        cleaned = dict(super().clean() or {})
        cleaned["applies_to"] = self._taxa()
        cleaned["applies_to_names"] = self.chosen_names
        key, _, choice = cleaned.pop("only_if", "").partition("=")
        cleaned["only_if"] = self.others.get(key)
        cleaned["only_if_choices"] = [choice] if choice else []
        cleaned["choices"] = self._choices(cleaned.get("choices", ""))
        cleaned["default"] = cleaned.get("default", "").strip() or None
        return cleaned

    def _taxa(self) -> list[int]:
        taxa = []
        for name in filter(None, self.applies_to):
            try:
                taxa.append(taxon_called(name).pk)
            except ValidationError as error:
                self.add_error(None, error)
        return taxa

    def _choices(self, text: str) -> list[dict]:
        """A line whose name stood there before keeps its key; one in the place of a lost name is that, renamed."""
        names = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        before = self.trait.choices if self.trait else []
        keys = {choice["name"]: choice["key"] for choice in before}
        lost = [choice["key"] for choice in before if choice["name"] not in names]
        renames = len(names) == len(before)
        return [
            {"name": name, "key": keys.get(name) or (lost.pop(0) if renames and lost else "")}
            for name in names
        ]


def initial_of(trait: Trait) -> dict:
    """What the form of a trait shows at first."""
    condition = (
        f"{trait.only_if.key}={trait.only_if_choices[0]}" if trait.only_if and trait.only_if_choices else ""
    )
    default = trait.default[0] if isinstance(trait.default, list) else trait.default
    return {
        **{
            name: getattr(trait, name)
            for name in (
                "name",
                "kind",
                "unit",
                "group",
                "help",
                "quick_key",
                "icon",
                "concept",
                "mark_label",
                "mark_measure",
            )
        },
        "choices": "\n".join(choice["name"] for choice in trait.choices),
        "only_if": condition,
        "default": "" if default is None else trait.choice_name(str(default)),
    }
