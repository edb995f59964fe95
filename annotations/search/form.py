"""The filter form of a project: the registered fields, filled with what a filter has."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList
from annotations.projects.optionlists import Chooser
from annotations.search.fields import Comparisons, FormField, Group, Map, Section, Widget
from annotations.search.filter import AppliedCondition, Filter
from annotations.search.registry import CONDITIONS, Condition


@dataclass(frozen=True)
class Option:
    text: str  # as the URL has it
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class BoundField:
    name: str
    label: str
    widget: Widget
    texts: tuple[str, ...]  # those of the filter
    options: tuple[Option, ...]
    address: str  # that finds further options, where there are more
    places: list  # of a map

    @property
    def text(self) -> str:
        return self.texts[-1] if self.texts else ""


@dataclass(frozen=True)
class Fieldset:
    group: Group
    fields: tuple[BoundField, ...]


@dataclass(frozen=True)
class FormSection:
    section: Section
    fieldsets: tuple[Fieldset, ...]

    @property
    def set_count(self) -> int:
        """How many of its fields the filter has."""
        return sum(bool(field.texts) for fieldset in self.fieldsets for field in fieldset.fields)


@dataclass(frozen=True)
class FilterForm:
    """`hidden` is what has no field: (name, text), handed on as it is."""

    fieldsets: tuple[Fieldset, ...]
    hidden: tuple[tuple[str, str], ...]

    @property
    def sections(self) -> list[FormSection]:
        by_section: dict[Section, list[Fieldset]] = {}
        for fieldset in self.fieldsets:
            by_section.setdefault(fieldset.group.section, []).append(fieldset)
        ordered = sorted(by_section, key=lambda section: section.place)
        return [FormSection(section, tuple(by_section[section])) for section in ordered]


def filter_form(criteria: Filter, project: Project, user: User) -> FilterForm:
    """What the project has nothing of to choose is left out, unless the filter has it."""
    chooser = Chooser(user, project)
    applied = {each.name: each for each in criteria.conditions}
    by_group: dict[Group, list[BoundField]] = {}
    for condition in CONDITIONS.values():
        if condition.field:
            bound = _bound(condition, condition.field, applied.get(condition.name), chooser)
            by_group.setdefault(condition.field.group, []).extend([bound] if bound else [])
    groups = sorted((group for group, fields in by_group.items() if fields), key=lambda group: group.place)
    hidden = [
        (each.name, text) for each in criteria.conditions if not each.condition.field for text in each.texts
    ]
    return FilterForm(tuple(Fieldset(group, tuple(by_group[group])) for group in groups), tuple(hidden))


def _bound(
    condition: Condition, field: FormField, applied: AppliedCondition | None, chooser: Chooser
) -> BoundField | None:
    widget, texts = field.widget, applied.texts if applied else ()
    offered, address = _offered(widget, texts, chooser)
    options = _options(condition, applied, widget, offered)
    if (widget.choices or widget.options) and not options and not widget.if_none:
        return None
    places = widget.places(chooser.in_project.pk) if isinstance(widget, Map) else []
    return BoundField(condition.name, field.label, widget, texts, options, address, places)


def _offered(widget: Widget, texts: tuple[str, ...], chooser: Chooser) -> tuple[list[tuple[str, str]], str]:
    """(text, what a person reads) of what the project offers, and where the others are found."""
    if widget.options:
        options, address = LongList(widget.options, chooser).carried(texts)
        return [(option.value, option.name) for option in options], address
    choices = widget.choices(chooser.in_project.pk, chooser.user) if widget.choices else ()
    return [(str(text), label) for text, label in choices], ""


def _options(
    condition: Condition,
    applied: AppliedCondition | None,
    widget: Widget,
    offered: list[tuple[str, str]],
) -> tuple[Option, ...]:
    """Those that the project offers, and what else the filter has: it is not dropped in silence."""
    if not offered and not (widget.choices or widget.options):
        return ()
    if isinstance(widget, Comparisons):  # suggestions: what the filter has stands in lines of its own
        return tuple(Option(text, label, False) for text, label in offered)
    chosen = dict(zip(applied.values, applied.texts, strict=True)) if applied else {}
    options = [
        Option(text, label, chosen.pop(condition.read(text, condition.name), None) is not None)
        for text, label in offered
    ]
    others = [
        Option(text, condition.sentence([value] if condition.is_repeatable else value), True)
        for value, text in chosen.items()
    ]
    return (*options, *others)
