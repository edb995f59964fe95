"""What a person typed while another changed the same: beside what it is now, so that nothing is lost or overwritten."""

from collections.abc import Iterator
from typing import NamedTuple

from annotations.regroupings.forms import OF_ROW, GroupsForm, RowsForm
from annotations.regroupings.models import OtherTaxa, Regrouping, RegroupingEdit
from annotations.taxonomy.queries import names_of

WORDS = {"": "counted", "on": "left out", **dict(OtherTaxa.choices)}


class ConflictLine(NamedTuple):
    """`current` and `typed` are values of the form's `field`; they differ."""

    label: str
    field: str
    current: str
    typed: str
    has_words: bool = False  # values are as WORDS has them

    @property
    def current_in_words(self) -> str:
        return WORDS[self.current] if self.has_words else self.current or "in no group"

    @property
    def typed_in_words(self) -> str:
        return WORDS.get(self.typed, self.typed) if self.has_words else self.typed or "in no group"


def edits_since(regrouping: Regrouping, revision: int) -> list[RegroupingEdit]:
    return list(regrouping.edits.filter(revision__gt=revision).select_related("user")[:20])


def lines_of_groups(form: GroupsForm) -> list[ConflictLine]:
    return [line for line in _group_lines(form) if line.current != line.typed]


def unchanged_of_groups(form: GroupsForm) -> list[tuple[str, str]]:
    """Fields that go along as they are now."""
    return [(line.field, line.current) for line in _group_lines(form) if line.current == line.typed]


def names_of_gone_groups(form: GroupsForm) -> list[str]:
    """What was typed as names of groups that are not there any more: they can be given to others, not saved."""
    return [
        str(form.data[name])
        for name in form.data
        if name.startswith("name-") and name not in form.fields and form.data[name]
    ]


def _group_lines(form: GroupsForm) -> Iterator[ConflictLine]:
    """`form` is of the groups as they are now; a group that is gone by now has no line."""
    for name, field in form.fields.items():
        sent = str(form.cleaned_data.get(name, ""))
        if name == "others":
            yield ConflictLine(
                "Taxa in no group …", name, str(form.get_initial_for_field(field, name)), sent, True
            )
        elif name.startswith("left-out-"):
            current = "on" if field.initial else ""
            yield ConflictLine(str(field.label), name, current, "on" if form.cleaned_data[name] else "", True)
        elif name != "revision":
            label = "Name" if name == "name" else str(field.label)
            yield ConflictLine(label, name, str(form.get_initial_for_field(field, name)), sent)


def lines_of_rows(regrouping: Regrouping, form: RowsForm) -> list[ConflictLine]:
    typed = form.rows()
    rows = regrouping.rows.filter(taxon__in=typed).values_list("taxon_id", "group__name")
    current = dict(rows)
    names = names_of(set(typed))
    return [
        ConflictLine(names[taxon], f"{OF_ROW}{taxon}", current.get(taxon, ""), group)
        for taxon, group in typed.items()
        if taxon in names and " ".join(group.split()) != current.get(taxon, "")
    ]
