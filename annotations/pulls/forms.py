"""The sign-in at an EcoTaxa server, and what is to come from it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from annotations.common.forms import IdsField, NamedChoiceField, TypedField
from annotations.imports.formats.ecotaxa import PIXEL_UNIT
from annotations.imports.modes import ImportMode
from annotations.pulls.actions import PullOptions, numbers_in
from annotations.pulls.server import USUAL

MOST_LISTED = 2000  # projects of an account


class CredentialsForm(forms.Form):
    """Of an account on a server that is known already."""

    account = TypedField(
        label="Account (e-mail)",
        required=False,
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    password = forms.CharField(
        label="Password",
        required=False,
        max_length=254,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="It is exchanged for a token at once, and kept nowhere. The token is encrypted, and deleted when the "
        "job ends.",
    )
    token = TypedField(
        label="Or a token, instead of account and password",
        required=False,
        max_length=2000,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )


class EcotaxaSignInForm(CredentialsForm):
    address = TypedField(label="Address of the EcoTaxa server", initial=USUAL, max_length=200)
    field_order = ("address",)


class ChoiceForm(forms.Form):
    """What is to come of what a sign-in may see; `projects` are as the server lists them."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    sources = IdsField(label="Projects", required=False, widget=forms.CheckboxSelectMultiple)
    numbers = TypedField(
        label="Or numbers of projects",
        required=False,
        max_length=1000,
        help_text="As 1234, 1240: also of those that you may see without being a member.",
    )
    target = NamedChoiceField(
        label="They come",
        choices=[("here", "into this project"), ("apart", "each into a new project that is called so")],
        initial="here",
        required=False,
    )
    history = forms.BooleanField(
        label="Earlier labels of each object, too",
        initial=True,
        required=False,
        help_text="The server has to be asked for each object: about 20 a second.",
    )
    mode = NamedChoiceField(
        label="What is here already",
        choices=[
            (ImportMode.BOTH, "is updated, and what is new is added"),
            (ImportMode.ADD, "stays as it is: only add what is new"),
            (ImportMode.UPDATE, "is updated, and nothing is added"),
        ],
        initial=ImportMode.BOTH,
        required=False,
    )
    annotations = forms.BooleanField(
        label="An update takes its labels, too",
        initial=True,
        required=False,
        help_text="What a person decided here later stays, and so does what a person decided here and a model there.",
    )
    dry_run = forms.BooleanField(label="Only fetch and check; import it later", required=False)
    create_taxa = forms.BooleanField(label="Create the taxa that the site does not know", required=False)
    pixel_unit = NamedChoiceField(
        label=PIXEL_UNIT.label, choices=list(PIXEL_UNIT.choices.items()), required=False
    )

    def __init__(self, *args: Any, projects: Sequence[dict] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        widget = self.fields["sources"].widget
        assert isinstance(widget, forms.CheckboxSelectMultiple)
        widget.choices = [(row["projid"], _described(row)) for row in projects[:MOST_LISTED]]

    def numbers_chosen(self) -> list[int]:
        """Numbers of projects. Raises ValidationError."""
        return list(dict.fromkeys([*self.cleaned_data["sources"], *numbers_in(self.cleaned_data["numbers"])]))

    def options(self) -> PullOptions:
        names = ("history", "annotations", "dry_run", "create_taxa", "pixel_unit")
        chosen = {name: self.cleaned_data[name] for name in names}
        return PullOptions(**chosen, mode=self.cleaned_data["mode"] or ImportMode.BOTH)


def _described(row: dict) -> str:
    count = int(row.get("objcount") or 0)
    return f"{row.get('title') or 'without a title'} ({row['projid']}; {count:,} objects)"
