from datetime import date
from typing import Any

from django import forms

from annotations.common.forms import (
    DayInput,
    IdField,
    NamedChoiceField,
    NamedMultipleChoiceField,
    NamedTypedChoiceField,
    TypedField,
)
from annotations.projects.models import Licence
from annotations.public.explore_query import ExploreQuery
from annotations.public.models import PublicFace
from annotations.public.queries import columns_of
from annotations.search.fields import Map
from annotations.search.filter import NO_TAXON
from annotations.search.values import box
from annotations.taxonomy.queries import taxa_called, with_descendants

NO_SUCH = "There is no such row: start from the page of the project."


class PublicObjectsForm(forms.Form):
    """Which public objects a page lists."""

    taxon = IdField(required=False, refusal=NO_SUCH)
    sample = IdField(required=False, refusal=NO_SUCH)
    cursor = forms.CharField(required=False, empty_value=None)


def edge_field(name: str, most: int) -> forms.FloatField:
    """An edge of a box, in degrees."""
    attrs = {"data-edge": name, "data-part-of": "box", "aria-describedby": "box-help"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.FloatField(required=False, min_value=-most, max_value=most, widget=widget)


class ExploreForm(forms.Form):
    """What is looked for among all public projects."""

    taxon = TypedField(
        label="Taxon, and all below it",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 18}),
    )
    first = forms.DateField(label="Taken from", required=False, widget=DayInput())
    last = forms.DateField(label="to", required=False, widget=DayInput())
    instrument = TypedField(
        label="Instrument", required=False, max_length=200, widget=forms.TextInput(attrs={"size": 14})
    )
    box = TypedField(required=False, max_length=200, widget=forms.HiddenInput)
    # the box as it is typed where the script that joins its edges has not come
    west, south, east, north = (edge_field(name, most) for name, most in Map.edges)
    cursor = forms.CharField(required=False, empty_value=None, widget=forms.HiddenInput)

    def clean_taxon(self) -> tuple[int, ...]:
        """Of whatever may be meant. A name without a taxon matches nothing, just as one that no public project has:
        strangers do not learn the names of the site's tree.
        """
        name = self.cleaned_data["taxon"]
        taxa = [taxon.pk for taxon in taxa_called(name)] if name else []
        return (NO_TAXON, *with_descendants(taxa)) if name else ()

    def clean_box(self) -> tuple[float, ...]:
        text = self.cleaned_data["box"]
        return box(text, "box") if text else ()

    def clean(self) -> None:
        """An edge that was typed stands instead of that of the box."""
        names = [name for name, _ in Map.edges]
        typed = [self.cleaned_data.get(name) for name in names]
        if self.errors or all(edge is None for edge in typed):
            return
        before = self.cleaned_data["box"] or (None,) * len(names)
        edges = [old if edge is None else edge for edge, old in zip(typed, before, strict=True)]
        if missing := [name for name, edge in zip(names, edges, strict=True) if edge is None]:
            self.add_error(
                "box", f"The box has no {' and no '.join(missing)}. Fill all four numbers, or none."
            )
            return
        try:
            self.cleaned_data["box"] = box(",".join(map(str, edges)), "box")
        except forms.ValidationError as refusal:
            self.add_error("box", refusal)

    def clean_last(self) -> date | None:
        last = self.cleaned_data["last"]
        if last == date.max:
            raise forms.ValidationError("There is no day after this one.")
        return last

    @property
    def edges(self) -> list[forms.BoundField]:
        return [self[name] for name, _ in Map.edges]

    @property
    def has_box(self) -> bool:
        """Whether one is asked for, in one field or in four."""
        return not {"box", *(name for name, _ in Map.edges)}.isdisjoint(self.changed_data)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is looked for: the page after the first one looks for nothing more."""
        return bool(set(self.changed_data) - {"cursor"})

    def query(self) -> ExploreQuery:
        """Of a form that is valid."""
        asking = self.cleaned_data
        return ExploreQuery(
            asking["taxon"], asking["box"], asking["first"], asking["last"], asking["instrument"]
        )


class PublicFaceForm(forms.Form):
    """What a manager shows of a project to everybody."""

    is_on = NamedTypedChoiceField(
        label="Who may see it",
        choices=[("0", "Only the members of the project"), ("1", "Everybody, without an account")],
        coerce=lambda text: text == "1",
    )
    has_all_states = NamedTypedChoiceField(
        label="Which objects",
        choices=[
            ("0", "Validated objects alone"),
            ("1", "All objects: also those that are dubious, predicted, or without a label"),
        ],
        coerce=lambda text: text == "1",
    )
    embargo_until = forms.DateField(
        label="Embargo until (UTC)",
        required=False,
        widget=DayInput(),
        help_text="before this day nobody outside sees anything of the project, also not that it exists; "
        "it is the embargo of the project’s settings",
    )
    summary = TypedField(
        label="Summary",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="what was sampled, where and why, in words for strangers; "
        "the description that members read is not shown",
    )
    citation = TypedField(
        label="Citation",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="as one writes it below a paper; if you leave it empty, it is the title, the year and the DOI or "
        "address, without a name",
    )
    contact = TypedField(
        label="Contact",
        required=False,
        max_length=200,
        help_text="whom strangers may ask, such as the address of your laboratory; "
        "the contact of the settings is not shown",
    )
    has_tables = forms.BooleanField(
        label="Counts by sample and taxon may be downloaded as CSV", required=False
    )
    is_confirmed = forms.BooleanField(
        label="I have read what becomes visible, and everybody may see it",
        required=False,
        help_text="only needed where everybody may see the project",
    )

    def __init__(self, data: Any, *, face: PublicFace) -> None:
        super().__init__(data, initial=_as_chosen(face))
        names = columns_of(face.project_id)
        if names:
            self.fields["columns"] = NamedMultipleChoiceField(
                label="Columns that the page of an object lists",
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(name, name) for name in names],
            )
            self.order_fields([name for name in self.fields if name != "is_confirmed"])


def _as_chosen(face: PublicFace) -> dict:
    return {
        "is_on": str(int(face.is_on)),
        "has_all_states": str(int(face.has_all_states)),
        "embargo_until": face.project.embargo_until,
        "summary": face.summary,
        "citation": face.citation,
        "contact": face.contact,
        "has_tables": face.has_tables,
        "columns": face.columns,
    }


class CatalogueForm(forms.Form):
    """What is looked for in the catalogue."""

    q = TypedField(label="Name", required=False, max_length=200)


class PublicModelForm(forms.Form):
    """What a manager shows of a model to everybody."""

    is_on = NamedTypedChoiceField(
        label="Who may see its card",
        choices=[("0", "Only the members of its projects"), ("1", "Everybody, without an account")],
        coerce=lambda text: text == "1",
    )
    name = TypedField(label="Name in the catalogue", max_length=200)
    summary = TypedField(
        label="Summary",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="what it is good for, and what it has learnt from, in words for strangers; notes are not shown",
    )
    licence = NamedChoiceField(choices=[("", "not said"), *Licence.choices], required=False)


class WeightsForm(forms.Form):
    """Whether the weights of a model are offered to everybody, or no more."""

    take_back = forms.BooleanField(required=False)
