"""Mappings as CSV or JSON, for other projects and sites: taxa by name and lineage, members by their user name."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson
from django.core.exceptions import ValidationError

from annotations.common.spreadsheet import csv_lines, original
from annotations.imports.mappings.actions import NewEntry
from annotations.imports.models import ImportMapping, MappingEntry, MappingKind
from annotations.projects.models import Project
from annotations.taxonomy.actions import TaxonName, known_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import described

COLUMNS = ("kind", "source", "means", "lineage")
MOST_BYTES = 20 * 2**20
MOST_NAMED = 10


@dataclass(frozen=True)
class FiledEntry:
    """`lineage` is that of a taxon, the root first, its names divided by ` > `; `place` is where a file has it."""

    kind: str
    source: str
    means: str
    lineage: str = ""
    place: str = field(default="", compare=False)


def filed_entries(mapping: ImportMapping) -> list[FiledEntry]:
    entries = list(mapping.entries.select_related("taxon", "person").order_by("kind", "source"))
    taxa = described(sorted({entry.taxon_id for entry in entries if entry.taxon_id}))
    lineages = {taxon["id"]: " > ".join(taxon["lineage"]) for taxon in taxa}
    return [
        FiledEntry(entry.kind, entry.source, _means(entry), lineages.get(entry.taxon_id, ""))
        for entry in entries
    ]


def _means(entry: MappingEntry) -> str:
    return entry.person.username if entry.person else entry.meaning


def mapping_csv(mapping: ImportMapping) -> Iterator[str]:
    rows = ([getattr(entry, name) for name in COLUMNS] for entry in filed_entries(mapping))
    return csv_lines(iter([list(COLUMNS), *rows]))


def mapping_json(mapping: ImportMapping) -> dict:
    entries = [{name: getattr(entry, name) for name in COLUMNS} for entry in filed_entries(mapping)]
    return {"name": mapping.name, "entries": entries}


def read_mapping(content: bytes) -> list[FiledEntry]:
    """Of a file that Seston wrote, or of one like it. Raises ValidationError with the line and the remedy."""
    if len(content) > MOST_BYTES:
        raise ValidationError(f"The file has more than {MOST_BYTES // 2**20} MiB. Split the mapping.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError("This is no text in UTF-8: save it as CSV or JSON in UTF-8.") from None
    return _of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_csv(text)


def _of_json(text: str) -> list[FiledEntry]:
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValidationError(f"Line {error.lineno} is no JSON: {error.msg}.") from None
    entries = content.get("entries") if isinstance(content, dict) else content
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValidationError("A mapping has a list `entries` of objects with kind, source and means.")
    return [_entry(entry, f"Entry {place}") for place, entry in enumerate(entries, 1)]


def _of_csv(text: str) -> list[FiledEntry]:
    delimiter = max("\t;,", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in COLUMNS[:3] if name not in (rows.fieldnames or [])]
    if missing:
        raise ValidationError(
            f"Line 1 names no column {', '.join(missing)}: needed are {', '.join(COLUMNS[:3])}."
        )
    try:
        return [
            _entry({name: original(row.get(name) or "") for name in COLUMNS}, f"Line {rows.line_num}")
            for row in rows
        ]
    except csv.Error as error:
        raise ValidationError(f"Line {rows.line_num + 1} is no CSV: {error}. Save the table anew.") from None


def _entry(entry: dict, place: str) -> FiledEntry:
    texts = {name: entry.get(name) or "" for name in COLUMNS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValidationError(f"{place}: {', '.join(COLUMNS)} are texts.")
    if texts["kind"] not in MappingKind.values:
        kinds = ", ".join(MappingKind.values)
        raise ValidationError(f"{place}: kind is {texts['kind']!r}, but takes one of {kinds}.")
    if not texts["source"].strip() or not texts["means"].strip():
        raise ValidationError(f"{place}: source and means are not empty. Fill them, or remove the entry.")
    return FiledEntry(**texts, place=place)


def resolved(project: Project, entries: Iterable[FiledEntry]) -> list[NewEntry]:
    """What the entries mean here. Raises ValidationError with the names that are unknown here."""
    entries = list(entries)
    names = {entry: _taxon_name(entry) for entry in entries if entry.kind == MappingKind.TAXON}
    numbers = known_taxa(set(names.values()))
    taxa = Taxon.objects.in_bulk(numbers.values())
    members = {member.username.lower(): member for member in project.members.all()}
    new, unknown = [], []
    for entry in entries:
        taxon = taxa.get(numbers.get(names[entry], 0)) if entry in names else None
        person = members.get(entry.means.strip().lower()) if entry.kind == MappingKind.PERSON else None
        column = entry.means if entry.kind == MappingKind.COLUMN else ""
        if not (taxon or person or column):
            place = f" ({entry.place.lower()})" if entry.place else ""
            unknown.append(f"{entry.kind} {entry.means}{place}")
        new.append(NewEntry(entry.kind, entry.source, taxon, person, column))
    if unknown:
        more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        raise ValidationError(
            f"Not known here: {', '.join(unknown[:MOST_NAMED])}{more}. Add the taxa to the site or the members to the "
            "project, or remove these entries."
        )
    return new


def _taxon_name(entry: FiledEntry) -> TaxonName:
    lineage = tuple(filter(None, map(str.strip, entry.lineage.split(">"))))
    return TaxonName(entry.means, lineage)
