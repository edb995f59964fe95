"""A package with the format that it is read as: the one that was chosen, or the one that recognises it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import Taking
from annotations.imports.records import Record, RecordFigure, RecordOutline
from annotations.imports.registry import (
    DATES,
    MOST_TEXT,
    FormatOption,
    ImportFormat,
    PackageCheck,
    all_options,
    formats,
    recognised,
)
from annotations.imports.survey import Survey
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import input_of
from annotations.taxonomy.names import clean_name

USUAL = "ecotaxa"  # its check says what is missing in a package that nothing recognises


@dataclass(frozen=True)
class ImportSource:
    """What an import reads."""

    package: Package
    format: ImportFormat
    options: dict[str, str] = field(default_factory=dict)

    def check(self, job: Job, progress: Progress, problems: Problems) -> Survey:
        """Reads all of it; `problems` then has all that is wrong."""
        check = PackageCheck(
            problems,
            job.project_id,
            self.options,
            Taking.of(job.params),
            lambda done, text: progress.update(done, 0, text),
        )
        return self.format.check(self.package, check)

    def records(self, survey: Survey) -> Iterator[Record]:
        return self.format.records(self.package, survey, self.options)

    def update_records(self, survey: Survey) -> Iterator[Record]:
        return self.format.update_records(self.package, survey, self.options)

    @property
    def labels_alone(self) -> str:
        """Why an update can take nothing but labels; empty where it can take more."""
        return "" if self.options.get("constants") else self.format.labels_alone

    def figures(self, survey: Survey) -> Iterator[RecordFigure]:
        return self.format.figures(self.package, survey, self.options)

    def outlines(self, survey: Survey) -> Iterator[RecordOutline]:
        return self.format.outlines(self.package, survey, self.options)


@contextmanager
def open_source(job: Job) -> Iterator[ImportSource]:
    """The package of an import job. Raises PackageError for what is no package."""
    is_from_place = (job.params.get("origin") or {}).get("kind") == "folder"  # its path was checked for links
    with Package(input_of(job), job.params["name"], follows_links=not is_from_place) as package:
        package.column_names = mapping_of(job.params).columns
        chosen = job.params.get("format", "")
        form = formats()[chosen] if chosen else recognised(package) or formats()[USUAL]
        options = {option.name: job.params.get(option.name) or option.default for option in form.options}
        package.date_order = options.get(DATES.name, "")
        yield ImportSource(package, form, options)


def checked_choices(format_name: str, options: Mapping[str, str]) -> dict[str, str]:
    """Parameters of an import job: the format, empty where it is to be recognised, and what formats ask.

    Raises ValidationError for what no format is or asks.
    """
    if format_name and format_name not in formats():
        names = ", ".join(formats())
        raise ValidationError({"format": f"There is no format {format_name!r}: choose one of {names}."})
    every_option = all_options()
    unknown = sorted(set(options) - set(every_option))
    if unknown:
        raise ValidationError(f"No format asks for {unknown[0]!r}.")
    values = {name: _value(every_option[name], text) for name, text in options.items()}
    return {"format": format_name, **values}


def _value(option: FormatOption, text: str) -> str:
    if option.choices and text and text not in option.choices:
        choices = ", ".join(filter(None, option.choices))
        raise ValidationError({option.name: f"{text!r} is none of {choices}."})
    value = clean_name(text)
    if len(value) > MOST_TEXT:
        raise ValidationError({option.name: f"This has {len(value)} characters: {MOST_TEXT} are the most."})
    return value
