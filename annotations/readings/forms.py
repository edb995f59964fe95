from typing import Any

from django import forms

from annotations.accounts.models import User
from annotations.common.forms import LARGEST_ID, NamedTypedChoiceField
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionBoxes
from annotations.projects.optionlists import Chooser
from annotations.projects.options import labellers_of
from annotations.readings.actions import MOST_OBJECTS
from annotations.readings.models import Sampling
from annotations.taxonomy.models import Taxon
from annotations.traits.queries import vocabulary
from classifier.contract.traits import TraitKind

WHICH = "The page did not say which object this is about: load it again."
UNCLEAR = dict.fromkeys(("required", "invalid", "min_value", "max_value"), WHICH)


class ReadingForm(forms.Form):
    name = forms.CharField(max_length=100)
    size = forms.IntegerField(label="How many objects", min_value=1, max_value=MOST_OBJECTS, initial=200)
    trait: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        to_field_name="key",
        label="What is read",
        empty_label="the taxon",
        help_text="A trait is read of the objects to which it applies.",
    )
    sampling = NamedTypedChoiceField(label="Which objects", choices=Sampling.choices, coerce=Sampling)
    seed = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, initial=0, help_text="The same seed draws the same objects."
    )
    readers: Any = forms.ModelMultipleChoiceField(queryset=None, help_text="Two at least.")

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chooser = Chooser(user, project)
        traits: Any = self.fields["trait"]
        traits.queryset = vocabulary(project.pk).exclude(kind=TraitKind.TEXT)
        readers: Any = self.fields["readers"]
        readers.widget = OptionBoxes(LongList("labellers", chooser), "Readers")
        readers.queryset = labellers_of(chooser)


class SortedForm(forms.Form):
    """The trait that the gallery, from which the page was opened, is sorted by."""

    trait_values = forms.CharField(required=False)


class NextObjectForm(forms.Form):
    """Which object of the list is looked at: the next one behind this number."""

    after = forms.CharField(required=False)

    def clean_after(self) -> int:
        """Where the address is wrong, the list begins at its first."""
        text = self.cleaned_data["after"]
        return int(text) if text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID else 0


class DecisionForm(forms.Form):
    """What an expert makes of an object that the readers called by different names."""

    object = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, error_messages=UNCLEAR, widget=forms.HiddenInput
    )
    version = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, error_messages=UNCLEAR, widget=forms.HiddenInput
    )
    taxon = forms.ModelChoiceField(
        Taxon.objects.all(),
        required=False,
        error_messages={"invalid_choice": "There is no such taxon: choose another one."},
    )
    value = forms.CharField(required=False, empty_value=None)
    dubious = forms.BooleanField(required=False)
    keep = forms.BooleanField(required=False)
