"""Reads what a package says of traits: `vocabulary.json`, and the lines of `traits.tsv`. Both may be missing."""

import csv
import io
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.taxon_matching.actions import note_pending
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.traits.models import Trait
from annotations.traits.restoring import restore_vocabulary
from annotations.traits.values import Value, read_cell

VOCABULARY, SCORES = "vocabulary.json", "traits.tsv"
NEEDED = ["object_id", "trait", "value", "state"]


@dataclass(frozen=True, slots=True)
class TraitValueLine:
    number: int
    object: str
    trait: Trait
    value: Value
    state: State
    score: float | None
    annotator: str
    annotator_email: str
    date: datetime | None


def has_trait_values(package: Package) -> bool:
    return bool(package.named(VOCABULARY) or package.named(SCORES))


def check_trait_values(
    package: Package, project: Project, object_ids: Container[str], problems: Problems
) -> None:
    """Tells `problems` whatever would keep the vocabulary or a value out of the project. Writes nothing."""
    if not has_trait_values(package):
        return
    try:
        with transaction.atomic():  # tried, and taken back
            names = taxa_named(package)
            taxa = ensure_taxa(names)
            waiting = note_pending(project=project, names=[name for name in names if name not in taxa])
            traits = restore(package, project, None, taxa, {name: row.pk for name, row in waiting.items()})
            transaction.set_rollback(True)
    except (ValidationError, PackageError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        problems.add(words, package.named(VOCABULARY) or VOCABULARY)
        return
    table = TraitValueTable(package, traits, problems)
    lines: dict[tuple[str, int], int] = {}
    for line in table.lines():
        if line.object not in object_ids:
            message = (
                f"No table of the package has an object {line.object}. Add the object, or remove the line."
            )
            table.add_problem(line.number, "object_id", message)
        first = lines.setdefault((line.object, line.trait.pk), line.number)
        if first != line.number:
            what = f"{line.trait.key} of object {line.object}"
            table.add_problem(
                line.number, "trait", f"{what} stands in line {first} already. Remove one of the two."
            )


def taxa_named(package: Package) -> list[TaxonName]:
    """Those to which the traits of the package's vocabulary apply."""
    path = package.named(VOCABULARY)
    return [] if path is None else list(_taxa(_vocabulary(package.read(path))).values())


def restore(
    package: Package,
    project: Project,
    user: User | None,
    taxa: Mapping[TaxonName, int],
    pending: Mapping[TaxonName, int],
) -> dict[str, Trait]:
    """The project's traits, by key, with those of the package's vocabulary among them.

    `taxa` are those of `taxa_named`, and `pending` the names that wait instead of one.
    """
    path = package.named(VOCABULARY)
    if path is None:
        return {trait.key: trait for trait in Trait.objects.filter(project=project)}
    content = _vocabulary(package.read(path))
    named = _taxa(content)
    return restore_vocabulary(
        project=project,
        user=user,
        content=content["traits"],
        taxa={number: taxa[name] for number, name in named.items() if name in taxa},
        names={number: pending[name] for number, name in named.items() if name in pending},
    )


# --- Vocabulary -------------------------------------------------------------------------------------------------------


def _vocabulary(content: bytes) -> dict:
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ValidationError(f"This is no JSON ({error}). Export the project again.") from error
    if not isinstance(parsed, dict) or "traits" not in parsed or not isinstance(parsed.get("taxa", {}), dict):
        raise ValidationError("A vocabulary has `number`, `traits` and `taxa`. Export the project again.")
    if b"\\u0000" in content:
        raise ValidationError("The vocabulary holds NUL characters. Remove them.")
    return parsed


def _taxa(vocabulary: dict) -> dict[int, TaxonName]:
    """The taxa that the vocabulary names, by its own numbers."""
    names = {}
    for key, entry in vocabulary.get("taxa", {}).items():
        try:
            ecotaxa_id = None if entry.get("ecotaxa_id") is None else int(entry["ecotaxa_id"])
            name, lineage = str(entry["name"])[:200], tuple(map(str, entry.get("lineage", ())))
            names[int(key)] = TaxonName(name, lineage, ecotaxa_id)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(f"`taxa` has a {key!r} that names no taxon. Give it a `name`.") from error
    return names


# --- Lines ------------------------------------------------------------------------------------------------------------


class TraitValueTable:
    """`traits.tsv`, or nothing. Tells `problems` which of its lines can't be read."""

    def __init__(self, package: Package, traits: dict[str, Trait], problems: Problems):
        self.package = package
        self.traits = traits
        self.problems = problems
        self.path = package.named(SCORES)

    def lines(self) -> Iterator[TraitValueLine]:
        """Those that are whole."""
        if self.path is None:
            return
        try:
            with (
                self.package.stream(self.path) as raw,
                io.TextIOWrapper(raw, "utf-8-sig", newline="") as text,
            ):
                yield from self._rows(text)
        except UnicodeDecodeError:
            self.add_problem(None, None, "The table is not in UTF-8. Save it again as UTF-8.")
        except (csv.Error, PackageError) as error:
            self.add_problem(None, None, f"The table cannot be read ({error}). Save it again.")

    def add_problem(self, number: int | None, column: str | None, message: str) -> None:
        self.problems.add(message, self.path or SCORES, number, column)

    def _rows(self, text: io.TextIOBase) -> Iterator[TraitValueLine]:
        reader = csv.reader(text, delimiter="\t")
        head = [cell.strip().lower() for cell in next(reader, [])]
        missing = [name for name in NEEDED if name not in head]
        for name in missing:
            self.add_problem(1, name, "The column is missing. Every table of traits needs it.")
        number = reader.line_num + 1
        for cells in reader if not missing else ():
            if any(cells):
                cells = [cell.strip() for cell in cells] + [""] * (len(head) - len(cells))
                if (line := self._read(number, dict(zip(head, cells, strict=False)))) is not None:
                    yield line
            number = reader.line_num + 1

    def _read(self, number: int, cells: dict[str, str]) -> TraitValueLine | None:
        """The line, or None when something in it was wrong, which is told."""
        if any("\0" in cell for cell in cells.values()):
            self.add_problem(number, "value", "The line holds NUL characters. Remove them.")
            return None
        trait = self.traits.get(cells["trait"])
        if trait is None:
            keys = ", ".join(self.traits) or "no traits"
            message = f"There is no trait {cells['trait']!r}. The vocabulary has {keys}."
            self.add_problem(number, "trait", message)
            return None
        before, values = self.problems.count, {}
        readers: dict[str, Callable] = {"value": partial(read_cell, trait), **READERS}
        for column, read in readers.items():
            try:
                values[column] = read(cells.get(column, ""))
            except ValidationError as error:
                self.add_problem(number, column, " ".join(error.messages))
            except ValueError as error:
                self.add_problem(number, column, str(error))
        return (
            TraitValueLine(number, cells["object_id"], trait, **values)
            if self.problems.count == before
            else None
        )


def _state(text: str) -> State:
    letter = values.state(text)
    if not letter:
        raise ValueError("The cell is empty. Use predicted, validated or dubious.")
    return State(letter)


READERS: dict[str, Callable] = {
    "state": _state,
    "score": values.share,
    "annotator": values.text_of(301),  # a first and a last name
    "annotator_email": values.text_of(254),
    "date": values.moment,
}
