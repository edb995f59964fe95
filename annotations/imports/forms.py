"""What the page of an import asks: its own boxes, the format, and what each format asks. All formats are listed."""

from typing import Any, NamedTuple

from django import forms

from annotations.common.forms import NamedChoiceField, SeveralFilesField, TypedField, cleaned
from annotations.imports.import_options import ImportOptions
from annotations.imports.modes import ImportMode
from annotations.imports.origins.urls import MOST_URL
from annotations.imports.registry import MOST_TEXT, FormatOption, all_options, formats
from annotations.jobs.models import Job

RECOGNISE = ("", "as its files tell")
MOST_FORMATS = "Most formats"


class OptionGroup(NamedTuple):
    """Fields that the same formats ask, whose titles stand before them."""

    titles: str
    fields: list[forms.BoundField]


class PackageForm(forms.Form):
    """The answers of a person; with an earlier `job` they begin as that had them."""

    mode = NamedChoiceField(
        label="What is here already",
        choices=[
            (ImportMode.ADD, "stays as it is: only add what is new"),
            (ImportMode.BOTH, "is updated, and what is new is added"),
            (ImportMode.UPDATE, "is updated, and nothing is added (pictures are not needed)"),
        ],
        initial=ImportMode.ADD,
        required=False,
    )
    annotations = forms.BooleanField(required=False, label="An update takes its labels, too")
    mapping = forms.IntegerField(required=False, label="Read it by the mapping", min_value=1)
    dry_run = forms.BooleanField(required=False, label="Only check it")
    create_taxa = forms.BooleanField(required=False, label="Create the taxa that the site does not know")

    def __init__(self, *args: Any, job: Job | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known_format = formats().get(_format_of(job)) if job else None
        if job:
            self.initial.update({name: value for name, value in job.params.items() if name != "dry_run"})
            if job.result.get("takeable") and not job.params.get("dry_run"):
                self.initial["mode"] = ImportMode.BOTH  # what is here with other values can be taken over
        names = [(each.name, each.title) for each in formats().values()]
        self.fields["format"] = NamedChoiceField(label="Format", choices=[RECOGNISE, *names], required=False)
        for option in all_options().values():
            self.fields[option.name] = _field(option)

    def first_groups(self) -> list[OptionGroup]:
        """What most formats ask; of a package that was checked, what its own format asks."""
        return [group for group in self._groups() if self._is_first(group)]

    def other_groups(self) -> list[OptionGroup]:
        return [group for group in self._groups() if not self._is_first(group)]

    def _is_first(self, group: OptionGroup) -> bool:
        if self.known_format is None:
            return group.titles == MOST_FORMATS
        return group.fields[0].name in {option.name for option in self.known_format.options}

    def _groups(self) -> list[OptionGroup]:
        """What formats ask, each once."""
        groups: dict[tuple[str, ...], list[forms.BoundField]] = {}
        every = formats().values()
        for name in all_options():
            titles = tuple(each.title for each in every if name in {o.name for o in each.options})
            groups.setdefault(titles, []).append(self[name])
        return [OptionGroup(_together(titles, len(every)), fields) for titles, fields in groups.items()]

    def options(self) -> ImportOptions:
        """Raises ValidationError for what the page does not offer."""
        chosen = cleaned(self)
        return ImportOptions.of({**chosen, "mode": chosen["mode"] or ImportMode.ADD})


class SentPackagesForm(forms.Form):
    """The files themselves, or the numbers of those that have been sent piece by piece before."""

    # an empty one is refused by the job, by its name
    package = SeveralFilesField(required=False, allow_empty_file=True)
    upload = forms.Field(required=False, widget=forms.MultipleHiddenInput)


class UrlForm(forms.Form):
    url = TypedField(
        label="Address",
        max_length=MOST_URL,
        help_text="Of a file that anybody can download. A worker fetches it, and goes on where it broke off. Addresses "
        "inside a private network are not called.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )


class PathForm(forms.Form):
    """Which folder of a place is listed; nothing is its outermost."""

    path = TypedField(required=False, strip=False)


class PlacePackageForm(forms.Form):
    """The path of what is chosen there. The outermost folder is `./`."""

    package = TypedField(strip=False, error_messages={"required": "Choose a file or a folder first."})


def _format_of(job: Job) -> str:
    """That the job was told, or has recognised; empty where it ended before."""
    return job.params.get("format") or job.result.get("format") or job.checkpoint.get("format") or ""


def _together(titles: tuple[str, ...], of: int) -> str:
    return MOST_FORMATS if 2 * len(titles) > of else ", ".join(titles)


def _field(option: FormatOption) -> forms.Field:
    if not option.choices:
        return TypedField(label=option.label, help_text=option.help, required=False, max_length=MOST_TEXT)
    return NamedChoiceField(
        label=option.label,
        help_text=option.help,
        choices=list(option.choices.items()),
        initial=option.default,
        required=False,
    )
