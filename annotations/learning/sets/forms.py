"""The forms of learning sets. That of the builder becomes a recipe as JSON, nothing of which is checked yet."""

import json
from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import IdField, IdsField, NamedChoiceField, TypedField
from annotations.learning.forms import only_one
from annotations.learning.sets.recipe import LEAST_PER_TAXON, LEAVE_OUT, MOST, MOST_MACHINE_WEIGHT
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.taxonomy.queries import taxon_called

WEIGHT_TAKES = f"This takes a number from 0 to {MOST_MACHINE_WEIGHT}, or stays empty: 0."
TWO_SETS = "A comparison takes the numbers of two learning sets: `a=1&b=2`."


class TableFormatForm(forms.Form):
    """As what a set is downloaded."""

    format = NamedChoiceField(
        required=False,
        choices=[("parquet", "Parquet"), ("csv", "CSV")],
        error_messages={"invalid_choice": "`format` takes parquet or csv."},
    )


class SetListForm(forms.Form):
    """Which part of the list: the newest, or what was before the cursor."""

    cursor = forms.CharField(required=False)


class PairForm(forms.Form):
    """Two sets to compare."""

    a = IdField(refusal=TWO_SETS)
    b = IdField(refusal=TWO_SETS)


class TextsField(forms.Field):
    """Texts that are ticked."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[str]:
        return value or []


class WholeField(forms.IntegerField):
    """A whole number that may stay empty; what it takes is said in one sentence."""

    def __init__(self, label: str, least: int, most: int):
        takes = f"This takes a whole number from {least:,} to {most:,}, or stays empty."
        errors = dict.fromkeys(("invalid", "min_value", "max_value"), takes)
        super().__init__(required=False, label=label, min_value=least, max_value=most, error_messages=errors)


class BuilderForm(forms.Form):
    """What is learnt from, and how. What else can't be, the recipe refuses, for the API as well.

    Each project that is ticked has a filter; each taxon that was offered may be learnt as another, and have a most.
    """

    name = TypedField(required=False)
    project = IdsField(required=False)
    offered = IdsField(required=False)  # taxa: what was not offered can't have been unticked, and is learnt
    learn = IdsField(required=False)
    traits_shown = forms.BooleanField(required=False)
    trait = TextsField(required=False)
    least_per_taxon = WholeField("Least objects a taxon", 1, MOST)
    cap = WholeField("At most a taxon", LEAST_PER_TAXON, MOST)
    seed = WholeField("Seed", 0, 2**31)
    rest = TypedField(required=False, empty_value=LEAVE_OUT)
    split = TypedField(required=False, empty_value="sample")
    duplicates = forms.BooleanField(required=False)
    unlabelled = forms.BooleanField(required=False)
    machine_weight = forms.FloatField(
        required=False,
        label="Weight of machine-validated objects",
        min_value=0,
        max_value=MOST_MACHINE_WEIGHT,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), WEIGHT_TAKES),
    )

    def __init__(self, data: QueryDict):
        super().__init__(data, auto_id="%s")
        self.sent = data
        for project in data.getlist("project"):
            self.fields[f"filter-{project}"] = TypedField(required=False)
        for taxon in data.getlist("offered"):
            self.fields[f"into-{taxon}"] = TypedField(required=False)
            self.fields[f"most-{taxon}"] = TypedField(required=False)

    @classmethod
    def opened(cls, address: QueryDict, managed: QuerySet[Project]) -> Self:
        """As it is at first: `filter` belongs to the one project in the address, or that there is."""
        data = address.copy()
        if "project" not in data:
            data.setlist("project", [str(project.pk) for project in only_one(managed)])
        if "filter" in data and len(data.getlist("project")) == 1:
            data[f"filter-{data['project']}"] = str(data["filter"])
        data["duplicates"] = "on"
        data.setdefault("least_per_taxon", str(LEAST_PER_TAXON))
        return cls(data)

    def value(self, name: str) -> Any:
        """Of a field; None where what was sent is wrong, or the form has no such field."""
        self.is_valid()
        return self.cleaned_data.get(name)

    def sources(self, user: User) -> list[dict[str, Any]]:
        """The projects, each with its filter. Raises ValidationError for one that can't be understood."""
        return [
            {"project": project, "filter": filter_of(pasted(self.value(f"filter-{project}") or ""), user)}
            for project in self.value("project") or ()
        ]

    def recipe(self, user: User) -> dict[str, Any]:
        """Of a form that is valid. Raises ValidationError for a filter or the name of a taxon."""
        data = self.cleaned_data
        ticked = set(data["learn"])
        names = {taxon: data.get(f"into-{taxon}") for taxon in data["offered"]}
        caps = {str(taxon): data.get(f"most-{taxon}") for taxon in data["offered"]}
        merge = {str(taxon): taxon_called(name).pk for taxon, name in names.items() if name}
        copied = (
            "least_per_taxon",
            "cap",
            "rest",
            "split",
            "duplicates",
            "unlabelled",
            "machine_weight",
            "seed",
        )
        return {name: data[name] for name in copied} | {
            "projects": self.sources(user),
            "leave_out": [taxon for taxon in data["offered"] if taxon not in ticked],
            "merge": {taxon: into for taxon, into in merge.items() if int(taxon) in ticked},
            "caps": {taxon: most for taxon, most in caps.items() if most},
            "traits": data["trait"] if data["traits_shown"] else None,
        }


def pasted(text: str) -> QueryDict:
    """A query string, or a whole address of the gallery from the address bar."""
    return QueryDict(text.strip().rpartition("?")[2])


def filter_of(params: Mapping[str, Any], user: User | None) -> dict:
    """The gallery's filter as JSON, without its order and looks. Raises ValidationError."""
    return json.loads(json.dumps(Filter.parse(params, user).as_dict()))
