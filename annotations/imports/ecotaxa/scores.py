"""Reads what a package says of traits: `vocabulary.json`, and the lines of `traits.tsv`. Both may be missing."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.ecotaxa import values
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.problems import PackageError
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.traits.models import Trait
from annotations.traits.values import Value, read_cell
from annotations.traits.vocabulary import restore_vocabulary

VOCABULARY, SCORES = "vocabulary.json", "traits.tsv"
NEEDED = ["object_id", "trait", "value", "state"]
MORE = {
    "score": values.share,
    "annotator": values.text_of(301),
    "annotator_email": values.text_of(254),
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    number: int
    object: str
    trait: Trait
    value: Value
    state: State
    score: float | None
    annotator: str
    email: str
    set_at: datetime | None


def has_scores(package: Package) -> bool:
    return bool(package.named(VOCABULARY) or package.named(SCORES))


def check_scores(package: Package, project: Project, object_ids: dict[str, str], problems: Problems) -> None:
    """Tells `problems` whatever would keep the vocabulary or a value out of the project. Writes nothing."""
    if not has_scores(package):
        return
    try:
        with transaction.atomic():  # tried, and taken back
            traits = restore(package, project, None)
            transaction.set_rollback(True)
    except (ValidationError, PackageError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        problems.add(words, package.named(VOCABULARY) or VOCABULARY)
        return
    seen: dict[tuple[str, int], int] = {}
    for line in score_lines(package, traits, problems):
        if line.object not in object_ids:
            _add(
                package,
                problems,
                line.number,
                "object_id",
                f"No table of the package has an object {line.object}. Add the object, or remove the line.",
            )
        first = seen.setdefault((line.object, line.trait.pk), line.number)
        if first != line.number:
            _add(
                package,
                problems,
                line.number,
                "trait",
                f"{line.trait.key} of object {line.object} stands in line {first} already. Remove one of the two.",
            )


def restore(package: Package, project: Project, user: User | None) -> dict[str, Trait]:
    """The project's traits, by key, with those of the package's vocabulary among them."""
    path = package.named(VOCABULARY)
    if path is None:
        return {trait.key: trait for trait in Trait.objects.filter(project=project)}
    given = _vocabulary(package.read(path))
    taxa = _taxa(given.get("taxa", {}))
    return restore_vocabulary(project=project, user=user, content=given["traits"], taxa=taxa)


def score_lines(package: Package, traits: dict[str, Trait], problems: Problems) -> Iterator[ScoreLine]:
    """The lines that can be read; the others are told."""
    path = package.named(SCORES)
    if path is None:
        return
    try:
        with package.stream(path) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            yield from _lines(csv.reader(text, delimiter="\t"), package, traits, problems)
    except UnicodeDecodeError:
        problems.add("The table is not in UTF-8. Save it again as UTF-8.", path)
    except (csv.Error, PackageError) as error:
        problems.add(f"The table cannot be read ({error}). Save it again.", path)


# --- Vocabulary -------------------------------------------------------------------------------------------------------


def _vocabulary(content: bytes) -> dict:
    try:
        given = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ValidationError(f"This is no JSON ({error}). Export the project again.") from error
    if not isinstance(given, dict) or "traits" not in given or not isinstance(given.get("taxa", {}), dict):
        raise ValidationError("A vocabulary has `number`, `traits` and `taxa`. Export the project again.")
    if b"\\u0000" in content:
        raise ValidationError("The vocabulary holds NUL characters. Remove them.")
    return given


def _taxa(given: dict) -> dict[int, int]:
    """The ids here of the taxa that the vocabulary names, by its own."""
    names = {}
    for key, entry in given.items():
        try:
            ecotaxa_id = None if entry.get("ecotaxa_id") is None else int(entry["ecotaxa_id"])
            name, lineage = str(entry["name"])[:200], tuple(map(str, entry.get("lineage", ())))
            names[int(key)] = TaxonName(name, lineage, ecotaxa_id)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(f"`taxa` has a {key!r} that names no taxon. Give it a `name`.") from error
    known = ensure_taxa(names.values())
    return {number: known[name] for number, name in names.items()}


# --- Lines ------------------------------------------------------------------------------------------------------------


def _lines(reader, package: Package, traits: dict[str, Trait], problems: Problems) -> Iterator[ScoreLine]:
    head = [cell.strip().lower() for cell in next(reader, [])]
    if missing := [name for name in NEEDED if name not in head]:
        for name in missing:
            _add(package, problems, 1, name, "The column is missing. Every table of traits needs it.")
        return
    number = reader.line_num + 1
    for cells in reader:
        if any(cells):
            line = dict(zip(head, cells + [""] * (len(head) - len(cells)), strict=False))
            if (found := _read(number, line, package, traits, problems)) is not None:
                yield found
        number = reader.line_num + 1


def _read(
    number: int, line: dict[str, str], package: Package, traits: dict[str, Trait], problems: Problems
) -> ScoreLine | None:
    """The line, or None when something in it was wrong, which is told."""
    before = problems.count

    def tell(column: str, message: str) -> None:
        _add(package, problems, number, column, message)

    def told(column: str, read):
        try:
            return read(line.get(column, "").strip())
        except ValidationError as error:
            tell(column, " ".join(error.messages))
        except ValueError as error:
            tell(column, str(error))

    if any("\0" in cell for cell in line.values()):
        tell("value", "The line holds NUL characters. Remove them.")
        return None
    trait = traits.get(line["trait"].strip())
    if trait is None:
        known = ", ".join(traits) or "no traits"
        tell("trait", f"There is no trait {line['trait']!r}. The vocabulary has {known}.")
        return None
    value = told("value", lambda cell: read_cell(trait, cell))
    state = told("state", _state)
    more = {name: told(name, read) for name, read in MORE.items()}
    set_at = told("date", _moment)
    if problems.count > before or value is None or state is None:
        return None
    return ScoreLine(
        number,
        line["object_id"].strip(),
        trait,
        value,
        state,
        more["score"],
        more["annotator"] or "",
        more["annotator_email"] or "",
        set_at,
    )


def _state(text: str) -> State:
    letter = values.state(text)
    if not letter:
        raise ValueError("The cell is empty. Use predicted, validated or dubious.")
    return State(letter)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date. Write it as 2026-04-12T09:30:00Z.") from None


def _add(package: Package, problems: Problems, line: int, column: str, message: str) -> None:
    problems.add(message, package.named(SCORES) or SCORES, line, column)
