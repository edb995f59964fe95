"""The formats that the site exports. One is an `ExportFormat` under `@export_format`.

Those of this app are one module each in `formats/`. An app above this one (results, publishing) puts its own into its
module `export_formats`, which is found by itself when the site starts, as `jobs` is:

    # annotations/publishing/export_formats.py
    @export_format
    class DarwinCore(ExportFormat):
        name, title = "dwca", "Darwin Core Archive"
        help = "Events, occurrences and measurements, as OBIS and EMODnet read them."
        written_by = "annotations.publishing.archive:write_archive"

        def obstacles(self, request): ...

Page, API, command line and docs list what is registered: nothing else is to be changed for a new one. Rights, the job
with its progress and cancelling, one moment of the database for the whole file, putting it in its place, its expiry and
its download are the engine's (`actions.py`). The web process loads the declaration alone; `written_by` is imported by
the worker when the job begins, so that it may load pyarrow.
"""

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import ClassVar

from django.core.exceptions import ValidationError

from annotations.exports.request import ExportRequest, Written

OnProgress = Callable[[Written], None]
COMMON = ("images", "rendered", "emails")  # what a format may take besides its own options


@dataclass(frozen=True)
class ExportOption:
    """What a format asks of the person: one of `choices` (value → words), the row of an option list of the project
    (`projects/optionlists.py`), or a text where there is neither.

    Of several formats that share an option all declare the same one.
    """

    name: str
    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    option_list: str = ""  # its key


class ExportFormat(ABC):
    """One way to take objects out: a zip, always.

    `takes` says which of COMMON mean anything to it: the page asks no others. `written_by`, `module:function`, is
    `(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written`: it writes all of the zip to `out`, within
    a transaction that sees one moment of the database, calls `on_progress` every second or so (which raises when the
    job is cancelled), and raises JobError for what a person has to put right. It begins anew after a `kill -9`.
    """

    name: ClassVar[str]  # `ecotaxa`: of the API and the command line
    title: ClassVar[str]  # `EcoTaxa package`
    help: ClassVar[str]  # what such a file holds, in a sentence or two
    written_by: ClassVar[str]
    takes: ClassVar[tuple[str, ...]] = COMMON
    options: ClassVar[tuple[ExportOption, ...]] = ()

    def losses(self, request: ExportRequest) -> list[str]:
        """What of these objects the format can't hold: a sentence each, shown before the export starts. Quick."""
        return []

    def obstacles(self, request: ExportRequest) -> list[str]:
        """What is missing for an export, a sentence each with the remedy: while there is any, none starts. Quick."""
        return []

    def is_for_everybody(self, options: Mapping[str, str]) -> bool:
        """Whether strangers may have what it writes, on the public page of the project."""
        return False

    def write(self, out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
        module, _, function = self.written_by.partition(":")
        return getattr(import_module(module), function)(out, request, on_progress)

    def read_options(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """A value for each of its options. Raises ValidationError for those of other formats, and wrong values."""
        own = {option.name: option for option in self.options}
        if unknown := sorted(name for name, value in chosen.items() if value and name not in own):
            raise ValidationError(f"`{unknown[0]}` is nothing that the format {self.name} takes.")
        return {name: _value_of(option, chosen.get(name, "")) for name, option in own.items()}


def _value_of(option: ExportOption, value: str) -> str:
    if value and option.choices and value not in option.choices:
        values = ", ".join(each for each in option.choices if each)
        raise ValidationError(f"`{option.name}` is {value!r}, but takes one of {values}.")
    return value or option.default


_formats: dict[str, ExportFormat] = {}


def export_format(cls: type[ExportFormat]) -> type[ExportFormat]:
    """Registers a format; a decorator."""
    if cls.name in _formats:
        raise ValueError(f"There are two formats called {cls.name}.")
    _formats[cls.name] = cls()
    return cls


def formats() -> dict[str, ExportFormat]:
    """All formats by name: EcoTaxa's first, the others in the order of their names."""
    package = import_module("annotations.exports.formats")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    return dict(sorted(_formats.items(), key=lambda item: (item[0] != "ecotaxa", item[0])))


def format_named(name: str) -> ExportFormat:
    """Raises ValidationError that names those there are."""
    registered = formats()
    if name not in registered:
        raise ValidationError(f"`format` is {name!r}, but takes one of {', '.join(registered)}.")
    return registered[name]


def all_options() -> dict[str, ExportOption]:
    """What formats ask, by name."""
    return {option.name: option for each in formats().values() for option in each.options}
