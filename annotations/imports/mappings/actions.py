"""Saving what names and columns mean, and settling names that wait by it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.imports.mappings.homonyms import bearers_of, meaning, source_of, spelt_as
from annotations.imports.models import ImportMapping, MappingEntry, MappingKind
from annotations.imports.plain.roles import chosen_roles
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.taxon_matching.actions import MOST_AT_ONCE, Decision, settle_names
from annotations.taxon_matching.models import NameState, PendingName, Settling
from annotations.taxon_matching.proposals import taxon_name
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import clean_name

MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class NewEntry:
    """What `source` means: that of `taxon`, `person` and `column` that goes with its kind."""

    kind: str
    source: str
    taxon: Taxon | None = None
    person: User | None = None
    column: str = ""

    @property
    def means(self) -> tuple:
        return self.taxon, self.person, self.column


@transaction.atomic
def save_mapping(*, project: Project, user: User, name: str, entries: Iterable[NewEntry]) -> ImportMapping:
    """Makes the mapping, or gives that of this name these entries instead of its own. Raises ValidationError."""
    name, rows = clean_name(name), list(entries)
    if not name or len(name) > 100:
        raise ValidationError({"name": "Give the mapping a name of at most 100 characters."})
    if len(rows) > MOST_ENTRIES:
        raise ValidationError(
            f"A mapping has at most {MOST_ENTRIES:,} entries: this has {len(rows):,}. Split it."
        )
    mapping = ImportMapping.objects.select_for_update().filter(project=project, name__iexact=name).first()
    mapping = mapping or ImportMapping(project=project, name=name)
    mapping.user = user
    mapping.save()
    mapping.entries.all().delete()
    MappingEntry.objects.bulk_create(
        [_row(mapping, entry) for entry in _once(project, rows)], batch_size=1000
    )
    return mapping


@transaction.atomic
def set_entry(*, mapping: ImportMapping, user: User, entry: NewEntry) -> MappingEntry:
    """Adds one, or changes what its source means. Raises ValidationError."""
    (entry,) = _once(mapping.project, [entry])
    locked = ImportMapping.objects.select_for_update().get(pk=mapping.pk)
    locked.user = user
    locked.save()
    mapping.entries.filter(kind=entry.kind, source__iexact=entry.source).delete()
    if mapping.entries.count() >= MOST_ENTRIES:
        raise ValidationError(f"A mapping has at most {MOST_ENTRIES:,} entries. Make another one.")
    row = _row(mapping, entry)
    row.save()
    return row


def remove_entry(*, entry: MappingEntry) -> None:
    entry.delete()


def delete_mapping(*, mapping: ImportMapping) -> None:
    mapping.delete()


def _row(mapping: ImportMapping, entry: NewEntry) -> MappingEntry:
    return MappingEntry(mapping=mapping, **vars(entry))


def _once(project: Project, entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Checked. Raises ValidationError also for two of one source that mean something else."""
    members = set(project.members.values_list("pk", flat=True))
    by_key: dict[tuple[str, str], NewEntry] = {}
    for entry in entries:
        source = spelt_as(entry.kind, clean_name(entry.source))
        if not source or len(source) > 301:
            raise ValidationError(f"{entry.source[:40]!r} is no name: write what stands in the package.")
        if entry.person is not None and entry.person.pk not in members:
            raise ValidationError(f"{source}: only members of the project can be meant.")
        if not (entry.taxon or entry.person or entry.column):
            raise ValidationError(f"{source}: say what it means.")
        means = (entry.taxon, entry.person, clean_name(entry.column)[:255])
        first = by_key.setdefault((entry.kind, source.lower()), NewEntry(entry.kind, source, *means))
        if first.means != means:
            raise ValidationError(f"{source} stands twice, and means something else each time: remove one.")
    return list(by_key.values())


# --- From what was decided --------------------------------------------------------------------------------------------


def save_decisions(*, project: Project, user: User, name: str) -> ImportMapping:
    """What the names that packages brought became, who their people are, and the columns that the last import of a
    table named. Raises ValidationError where nothing was decided yet."""
    entries = _clear([*_settled(project), *_linked(project), *_columns(project)])
    if not entries:
        raise ValidationError(
            "Nothing was decided yet: settle names, or say which members people are, first."
        )
    return save_mapping(project=project, user=user, name=name, entries=entries)


def _clear(entries: list[NewEntry]) -> list[NewEntry]:
    """Without those that their names can't tell apart, as two people of one name."""
    meanings = defaultdict(set)
    for entry in entries:
        meanings[entry.kind, entry.source.lower()].add(entry.means)
    return [entry for entry in entries if len(meanings[entry.kind, entry.source.lower()]) == 1]


def _settled(project: Project) -> list[NewEntry]:
    """A name that others have, too, is saved with its parent: else it would stand for all of them."""
    names = PendingName.objects.filter(project=project).select_related("taxon").order_by("pk")
    bearers = bearers_of(names)
    return [
        NewEntry(MappingKind.TAXON, source_of(taxon_name(name), bearers), taxon=name.taxon)
        for name in names
        if name.state == NameState.SETTLED
    ]


def _linked(project: Project) -> list[NewEntry]:
    people = project.imported_annotators.exclude(member=None).exclude(name="").select_related("member")
    members = set(project.members.values_list("pk", flat=True))
    return [
        NewEntry(MappingKind.PERSON, each.name, person=each.member)
        for each in people
        if each.member_id in members
    ]


def _columns(project: Project) -> list[NewEntry]:
    jobs = Job.objects.filter(project=project, kind="import_package", state="done").order_by("-pk")
    last = jobs.exclude(params__columns="").filter(params__has_key="columns").first()
    roles = chosen_roles(last.params["columns"]) if last else {}
    return [NewEntry(MappingKind.COLUMN, column, column=role) for role, column in roles.items()]


# --- Names that wait --------------------------------------------------------------------------------------------------


def settle_by_mapping(*, mapping: ImportMapping, user: User) -> Settling:
    """Settles the names of the project that wait and that the mapping knows, up to a thousand at a stroke, as one that
    can be taken back. Raises ValidationError where there are none."""
    taxa = {
        entry.source.lower(): entry.taxon
        for entry in mapping.entries.filter(kind=MappingKind.TAXON).select_related("taxon")
        if entry.taxon is not None
    }
    waiting = PendingName.objects.filter(project=mapping.project, state=NameState.WAITING).order_by("pk")
    decisions = [
        Decision(name, "map", taxon) for name in waiting if (taxon := meaning(taxa, taxon_name(name)))
    ]
    if not decisions:
        raise ValidationError(f"{mapping} knows none of the names that wait.")
    return settle_names(project=mapping.project, user=user, decisions=decisions[:MOST_AT_ONCE])
