"""Fields with long lists: the page carries the first entries and what is chosen,
`static/js/fields/options.js` asks for the others."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from annotations.common.forms import SuggestedInput
from annotations.projects.optionlists import CARRIED, OPTION_LISTS, Chooser, ListEntry

Fixed = Sequence[tuple[str, str]]  # entries that are no rows: (what the form sends, what a person reads)


def address_of(key: str, chooser: Chooser) -> str:
    """Of the list in the API."""
    if chooser.project is None:
        return reverse("api:options", args=[key])
    return reverse("api:project_options", args=[chooser.project.pk, key])


class LongList:
    """A list as a page has it."""

    def __init__(self, key: str, chooser: Chooser):
        self.options, self.chooser = OPTION_LISTS[key], chooser

    @cached_property
    def first(self) -> list[ListEntry]:
        """One more than a page carries, which says that there are more; asked once for several fields."""
        return self.options.matching(self.chooser, "", CARRIED + 1)

    def carried(self, values: Sequence[str]) -> tuple[list[ListEntry], str]:
        """The first entries with those of the values, and the address that finds the others; "" where that is all."""
        is_long, carried = len(self.first) > CARRIED, self.first[:CARRIED]
        missing = set(values) - {option.value for option in carried} - {""}
        others = self.options.named(self.chooser, sorted(missing)) if is_long and missing else []
        return [*others, *carried], address_of(self.options.key, self.chooser) if is_long else ""


class OptionSelect(forms.Select):
    """One entry of a list. `before` and `after` are what stands around its rows."""

    def __init__(self, long_list: LongList, *, before: Fixed = (), after: Fixed = (), **attrs: Any):
        super().__init__(attrs)
        self.long_list, self.before, self.after = long_list, before, after
        self._beside: dict[str, str] = {}

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        options, address = self.long_list.carried(_texts(value))
        self._beside = {option.value: option.beside for option in options if option.beside}
        # a field of rows sets all of them as its choices: these stand in their place
        self.choices = [*self.before, *((option.value, option.name) for option in options), *self.after]
        attributes = {"data-options": address} if address else {}
        return super().get_context(name, value, {**(attrs or {}), **attributes})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if beside := self._beside.get(str(value)):
            option["attrs"]["data-beside"] = beside
        return option


class OptionBoxes(forms.CheckboxSelectMultiple):
    """Several entries of a list. `label` says what they are."""

    def __init__(self, long_list: LongList, label: str):
        super().__init__()
        self.long_list, self.label = long_list, label

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        chosen = _texts(value)
        options, address = self.long_list.carried(chosen)
        boxes = format_html_join("", BOX, ((name, *_box(option, chosen)) for option in options))
        where = format_html(' data-options="{}"', address) if address else ""
        return format_html('<div class="boxes" data-several="{}"{}>{}</div>', self.label, where, boxes)


BOX = '<label class="tick"><input type="checkbox" name="{}" value="{}"{}> {}{}</label>'


def _box(option: ListEntry, chosen: Sequence[str]) -> tuple[str, SafeString | str, str, SafeString | str]:
    """Of a row of boxes: value, whether it is ticked, name, and what is beside it."""
    ticked = mark_safe(" checked") if option.value in chosen else ""
    beside = format_html(" <small>{}</small>", option.beside) if option.beside else ""
    return option.value, ticked, option.name, beside


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in values if one is not None]


class OptionInput(SuggestedInput):
    """A text field that proposes the entries of a list; any other text is as good."""

    def __init__(self, long_list: LongList, **attrs: Any):
        super().__init__(attrs)
        self.long_list = long_list

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        options, address = self.long_list.carried([])
        self.suggestions = [(option.value, option.name) for option in options]
        attributes = {"data-options": address} if address else {}
        return super().render(name, value, {**(attrs or {}), **attributes}, renderer)
