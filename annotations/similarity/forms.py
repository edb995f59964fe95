from django import forms

from annotations.common.forms import IdField


class MiddleForm(forms.Form):
    """Whether what is usual in the project is worked out anew, too."""

    anew = forms.BooleanField(required=False)


class OwnSpaceForm(forms.Form):
    """Which space a project compares its objects in; none: the newest."""

    space = IdField(refusal="The page did not say which space: load it again.", required=False)


class FilterQueryForm(forms.Form):
    """A filter as a query string, as the bench has it."""

    filter = forms.CharField(required=False)


class EmbedForm(FilterQueryForm):
    """Which model or backbone looks at the objects that it has not embedded: `model:3`, `backbone:2`."""

    source = forms.RegexField(
        r"^(model|backbone):\d{1,18}$",
        error_messages=dict.fromkeys(("required", "invalid"), "Choose a model or a backbone."),
    )

    def clean_source(self) -> dict[str, int]:
        kind, number = self.cleaned_data["source"].split(":")
        return {kind: int(number)}
