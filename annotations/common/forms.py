"""Forms of pages: what an action refuses stands in the form that was sent; `includes/form.html` draws them all."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from annotations.common.choices import none_of, values_of

LARGEST_ID = 2**63 - 1  # PostgreSQL's bigint


class TypedField(forms.CharField):
    """Text as people type or paste it, without the NUL that no table can hold."""

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        return text.replace("\0", "") if text else self.empty_value


class NamesChoices(forms.Field):
    """Of a field with choices: its refusal names them, unless it has a sentence of its own."""

    choices: Any

    def __init__(self, *, error_messages: dict[str, Any] | None = None, **kwargs: Any):
        super().__init__(error_messages=error_messages, **kwargs)
        self.has_own_refusal = "invalid_choice" in (error_messages or {})

    def validate(self, value: Any) -> None:
        try:
            super().validate(value)
        except ValidationError as error:
            if error.code != "invalid_choice" or self.has_own_refusal:
                raise
            raise ValidationError(
                none_of((error.params or {})["value"], values_of(self.choices)), code=error.code
            ) from None


class NamedChoiceField(NamesChoices, forms.ChoiceField):
    pass


class NamedTypedChoiceField(NamesChoices, forms.TypedChoiceField):
    pass


class NamedMultipleChoiceField(NamesChoices, forms.MultipleChoiceField):
    pass


class IdsField(forms.Field):
    """The numbers of what is ticked in a list of the page: a list of ints, which may be empty."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[int]:
        texts = [text for text in value or [] if text]
        if not all(text.isascii() and text.isdecimal() and 0 < int(text) <= LARGEST_ID for text in texts):
            raise ValidationError("What is ticked is not of this page: load it again.")
        return [int(text) for text in texts]


class IdField(forms.IntegerField):
    """A number that a row may have."""

    def __init__(self, *, refusal: str, **kwargs: Any):
        errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), refusal)
        super().__init__(min_value=0, max_value=LARGEST_ID, error_messages=errors, **kwargs)


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One file or several: a list, which may be empty."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(SeveralFilesField, self).clean(file, initial) for file in data or []]


class DayInput(forms.DateInput):
    """A day as 2026-04-30 in every browser, typed or chosen in its calendar: `static/js/fields/dayfield.js`."""

    def __init__(self, **attrs: Any):
        how = {
            "pattern": r"\d{4}-\d{2}-\d{2}",
            "maxlength": 10,
            "placeholder": "YYYY-MM-DD",
            "autocomplete": "off",
        }
        super().__init__(
            {**how, "title": "A day as 2026-04-30", "data-day": True, **attrs}, format="%Y-%m-%d"
        )


class TimeInput(forms.TimeInput):
    """A time of day as 14:30 in every browser: one of `type=time` says 2:30 PM where the browser's language does."""

    def __init__(self, **attrs: Any):
        how = {
            "pattern": r"([01]?\d|2[0-3]):[0-5]\d",
            "maxlength": 5,
            "size": 5,
            "placeholder": "HH:MM",
            "autocomplete": "off",
        }
        super().__init__({**how, "title": "A time of day as 14:30", **attrs}, format="%H:%M")


class SuggestedInput(forms.TextInput):
    """Text with names to choose from: `static/js/fields/suggestions.js`, without scripts the browser's own list.

    `suggestions` are pairs: what stands in the field then, and what a person reads.
    """

    suggestions: Iterable[tuple[str, str]] = ()

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}-choices"
        field = super().render(
            name, value, {**(attrs or {}), "list": list_id, "autocomplete": "off"}, renderer
        )
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


class SearchForm(forms.Form):
    """What is looked for in a list."""

    q = TypedField(required=False, max_length=400)


class PageQueryForm(forms.Form):
    """The query string of the page that a button was on."""

    query = TypedField(required=False, strip=False)


class RefusedIn:
    """Context manager: a ValidationError inside it becomes errors of the form, and what follows the block shows them.

    One that names a page to go to instead (`address`, as that of a job under way) is left to the middleware.
    """

    def __init__(self, form: forms.BaseForm):
        self.form = form
        self.refusal: ValidationError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, ValidationError) or getattr(error, "address", None):
            return False
        self.refusal = error
        add_refusal(self.form, error)
        return True


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Beside the field that it names, where the form has it; otherwise above the form.

    `refused_as` of a form says which of its fields stands for one of the action that it has not.
    """
    fields = getattr(form, "refused_as", {})
    by_field = (
        refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
    )
    for name, sentences in by_field.items():
        field = fields.get(name, name)
        form.add_error(field if field in form.fields else None, sentences)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: all that was sent, an empty form too; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """What was sent with a form that has no page of its own, such as a button. Raises ValidationError."""
    if not form.is_valid():
        raise ValidationError([sentence for errors in form.errors.values() for sentence in errors])
    return form.cleaned_data


def status_of(form: forms.BaseForm) -> int:
    """Of a whole page that shows the form. Fragments answer 200: of a 400 htmx swaps nothing (templates/base.html)."""
    return 400 if form.errors else 200
