"""The instruments whose raw files are read. One is one module of this folder: an `Instrument` under `@instrument`.

It says what it is called, which files are its, and turns them into vignettes, with a `BrokenFile` for whatever can't be
read while the rest comes in. `python -m classifier unpack`, the site's import (page, API, command line) and the docs
list what is registered here. No torch; h5py, scipy.io, pyvips and av are imported inside functions, for the site's web
process imports this folder.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar

from classifier.instruments.files import Files
from classifier.instruments.records import BrokenFile, ImagedWater, InstrumentVignette

InstrumentReading = Iterator[InstrumentVignette | BrokenFile]


@dataclass(frozen=True)
class InstrumentOption:
    """What an instrument's files don't say, and a person may: one of `choices` (value → words), or a text."""

    name: str  # `pixel_size`: a key of the options that `read` gets, `--pixel-size` of the command
    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentPart:
    """What is read by itself, and written as one package: a bin, a run, a sample's folder. `files` are all of it."""

    name: str  # without slashes, one for each part
    files: tuple[str, ...]


class Instrument(ABC):
    """Reads one kind of raw files."""

    name: ClassVar[str]  # `ifcb`: of the command line and the API
    title: ClassVar[str]  # `IFCB bins`
    help: ClassVar[str]  # what such files are, in a sentence or two
    options: ClassVar[tuple[InstrumentOption, ...]] = ()
    volumes_in: ClassVar[str] = "l"  # in what its people count a sample's water: l or m3

    @abstractmethod
    def recognises(self, paths: Sequence[str]) -> bool:
        """Whether these are its files, beyond doubt, by their names."""

    def check_options(self, options: Mapping[str, str]) -> None:
        """Raises ClassifierError for what a person wrote and can't be meant, before anything is read."""
        return

    def assumptions(self, options: Mapping[str, str]) -> list[str]:
        """Sentences about what no file says, nor a person said, and what was taken for it."""
        return []

    @abstractmethod
    def parts(self, files: Files) -> list[InstrumentPart]:
        """In the order of their names, by the names of the files alone."""

    @abstractmethod
    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        """Vignettes of a part, each time in the same order, in memory that doesn't grow with their number.

        `options` has a text for each of `options`. What can't be read is yielded as a BrokenFile, never raised.
        """

    def imaged(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> Iterator[ImagedWater]:
        """What a part looked at, where several acquisitions of a sample each look at water of their own.

        All of it together is what the sample's objects are counted in: sequences of a profile. Nothing of instruments
        whose acquisitions are fractions of a sample, whose concentrations add up (d1 and d2 of a net), or one a sample.
        By the texts alone, before anything is read; a text that can't be read adds nothing, and `read` names it.
        """
        return iter(())

    def unused(self, files: Files) -> list[BrokenFile]:
        """Files that belong to no part though they look like it, as a bin's without the others of it."""
        return []

    def leftovers(self, files: Files) -> list[BrokenFile]:
        """All that no part reads and that should be known: `unused`, and zips that nobody opens."""
        read = {path for part in self.parts(files) for path in part.files}
        zips = [path for path in files.paths() if path.lower().endswith(".zip") and path not in read]
        return [*self.unused(files), *_unopened(zips)]


def _unopened(zips: Sequence[str]) -> Iterator[BrokenFile]:
    """Together: a project may have a zip of each of its raw scans."""
    if zips:
        more = (
            f", nor were {len(zips) - 1:,} others"
            if len(zips) > 2
            else ", nor was 1 other"
            if len(zips) > 1
            else ""
        )
        message = f"This zip was not opened{more}."
        yield BrokenFile(zips[0], message, "Unpack those that hold files of the instrument.", warning=True)


_instruments: dict[str, Instrument] = {}


def instrument(cls: type[Instrument]) -> type[Instrument]:
    """Registers an instrument; a decorator."""
    if cls.name in _instruments:
        raise ValueError(f"There are two instruments called {cls.name}.")
    _instruments[cls.name] = cls()
    return cls


def instruments() -> dict[str, Instrument]:
    """All instruments by name, in the order of their names."""
    package = import_module("classifier.instruments")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    return dict(sorted(_instruments.items()))


def recognised_instrument(paths: Sequence[str]) -> Instrument | None:
    """The one instrument whose files these are; None where there is none, or more than one."""
    matching = [each for each in instruments().values() if each.recognises(paths)]
    return matching[0] if len(matching) == 1 else None
