"""What the pages of mappings take."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.common.forms import NamedChoiceField, TypedField
from annotations.imports.mappings.actions import NewEntry
from annotations.imports.models import MappingKind
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.taxonomy.forms import TaxonField


class NewMappingForm(forms.Form):
    """A name, and a file where the mapping is not made of what was decided."""

    name = TypedField(max_length=100, label="Name")
    file = forms.FileField(required=False, label="File (.csv or .json)")


class MappingPageForm(forms.Form):
    cursor = forms.CharField(required=False, empty_value="")


class MappingFormatForm(forms.Form):
    format = NamedChoiceField(choices=[("csv", "CSV"), ("json", "JSON")])


class EntryForm(forms.Form):
    """One entry: what its kind means by is the field of that kind."""

    kind = NamedChoiceField(label="Of", choices=MappingKind, initial=MappingKind.TAXON)
    source = TypedField(max_length=301, label="In the package")
    taxon = TaxonField(required=False, label="Taxon")
    person = forms.ModelChoiceField(User.objects.none(), required=False, label="Member")
    column = TypedField(
        required=False,
        max_length=255,
        label="Column",
        help_text="Of an EcoTaxa table as object_depth_min; of another table a role as taxon or sample, or any name. "
        "“ignore” leaves the column out.",
    )

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = project.members.all()
        members = LongList("members", Chooser(user, project))
        person.widget = OptionSelect(members, before=[("", "nobody")])

    def entry(self) -> NewEntry:
        """Raises ValidationError where the field of its kind is empty."""
        data = self.cleaned_data
        meaning = data[data["kind"]]
        if not meaning:
            raise ValidationError({data["kind"]: "Say what it means."})
        return NewEntry(data["kind"], data["source"], **{data["kind"]: meaning})
