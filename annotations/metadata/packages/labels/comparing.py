"""Compares the labels of a package with those that its objects have.

What a person decided here later than the file says stays, unless whoever imports lets the file win; what a person has
decided stays against any prediction. A record without a label says nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from annotations.accounts.models import User
from annotations.common.copying import copy_rows
from annotations.imports.mappings.using import NO_MAPPING, UsedMapping
from annotations.imports.project_taxa import ProjectTaxa
from annotations.imports.records import Record, RecordLabel
from annotations.labels.current_labels import StandingLabel, standing_labels
from annotations.metadata.models import PackageLabel, PackageUpdate, UpdateOutcome
from annotations.projects.models import ImportedAnnotator
from annotations.samples.models import State
from annotations.taxon_matching.models import PendingLabel
from annotations.taxonomy.actions import TaxonName, makeable

COLUMNS = (
    "update_id, object_id, version, outcome, from_taxon_id, from_state, taxon_id, name, lineage, ecotaxa_id, state, "
    "score, margin, entropy, annotator, annotator_email, labelled_at"
)
SCORES = ("score", "margin", "entropy")


@dataclass(frozen=True)
class LabelPair:
    """What stands and what the file says, its taxon where the site knows it. `names` are those by which packages call
    whose label stands."""

    standing: StandingLabel
    label: RecordLabel
    taxon: int | None
    names: frozenset[str] = frozenset()

    @property
    def is_same(self) -> bool:
        here = self.standing
        if self.taxon is None or (self.taxon, str(self.label.state)) != (here.taxon, here.state):
            return False
        is_same_model = all(getattr(self.label, name) in (None, getattr(here, name)) for name in SCORES)
        return is_same_model and (self.label.state == State.PREDICTED or self._is_same_decision)

    @property
    def _is_same_decision(self) -> bool:
        """Whether the file names nobody else, and no other moment."""
        named = self.label.annotator or self.label.annotator_email
        is_same_person = not named or " ".join(named.split()).lower() in self.names
        return is_same_person and _is_same_moment(self.label.labelled_at, self.standing.labelled_at)

    @property
    def is_later_here(self) -> bool:
        """Whether a person decided after the file did; of a file without a date, whether one decided at this site."""
        here, file_date = self.standing, self.label.labelled_at
        if not here.is_settled:
            return False
        if file_date is None or here.decided is None:
            return here.is_decided_here
        return here.decided > file_date

    @property
    def outcome(self) -> UpdateOutcome:
        here = self.standing
        if self.label.state == State.PREDICTED and (here.is_settled or here.state == State.MACHINE_VALIDATED):
            return UpdateOutcome.PERSON
        if self.is_later_here:
            return UpdateOutcome.LATER
        return UpdateOutcome.CHANGES


def _is_same_moment(in_file: datetime | None, here: datetime | None) -> bool:
    """EcoTaxa keeps whole seconds, and a table without times of day whole days."""
    if in_file is None or here is None:
        return True
    return in_file in (here, here.replace(microsecond=0), datetime.combine(here.date(), time(), UTC))


class LabelComparison:
    """Of one update; with `makes_taxa` names that the site does not know become taxa, else their labels wait."""

    def __init__(self, update: PackageUpdate, makes_taxa: bool, mapping: UsedMapping = NO_MAPPING):
        self.update, self.makes_taxa = update, makes_taxa
        self.names = ProjectTaxa(update.project_id, mapping)
        self.makeable: dict[TaxonName, bool] = {}  # of names that nobody knows

    def note(self, records: Sequence[Record], ids: Mapping[str, int]) -> list[PackageLabel]:
        """Those that differ; they are kept with the update."""
        labels = {ids[record.object_id]: record.label for record in records if record.label is not None}
        if not labels:
            return []
        self.names.look_up({label.taxon for label in labels.values()})
        self._look_at_unknown({label.taxon for label in labels.values()})
        differing = list(self._differing(labels))
        copy_rows("metadata_packagelabel", COLUMNS, map(_row, differing))
        return differing

    def _look_at_unknown(self, names: Iterable[TaxonName]) -> None:
        """A name that several taxa may bear waits, also where taxa are made."""
        new = {name for name in names if self.names.taxa[name] is None and name not in self.makeable}
        makes = makeable(new) if self.makes_taxa and new else set()
        self.makeable |= {name: name in makes for name in new}

    def _differing(self, labels: Mapping[int, RecordLabel]) -> Iterator[PackageLabel]:
        waiting, standing = _waiting_names(labels), standing_labels(list(labels))
        decided_by = {here.annotator for here in standing.values() if here.annotator}
        people = _names_of_people(self.update.project_id, decided_by)
        for pk, here in standing.items():
            names = people.get(here.annotator or 0, frozenset())
            pair = LabelPair(here, labels[pk], self.names.taxa[labels[pk].taxon], names)
            outcome = self._outcome(pair, waiting.get(pk))
            if outcome is not None:
                yield self._package_label(pair, outcome)

    def _outcome(self, pair: LabelPair, waiting: int | None) -> UpdateOutcome | None:
        """None where nothing differs: a label that waits for the same name is here already."""
        if pair.is_same:
            return None
        outcome = pair.outcome
        if pair.taxon is not None or outcome != UpdateOutcome.CHANGES or self.makeable[pair.label.taxon]:
            return outcome
        pending = self.names.pending(pair.label.taxon)
        if waiting is None:
            return UpdateOutcome.WAITS
        return None if pending is not None and pending.pk == waiting else UpdateOutcome.PENDING

    def _package_label(self, pair: LabelPair, outcome: UpdateOutcome) -> PackageLabel:
        here, label = pair.standing, pair.label
        return PackageLabel(
            update=self.update,
            object_id=here.object,
            version=here.version,
            outcome=outcome,
            from_taxon_id=here.taxon,
            from_state=here.state,
            taxon_id=pair.taxon,
            name=label.taxon.name,
            lineage=list(label.taxon.lineage),
            ecotaxa_id=label.taxon.ecotaxa_id,
            state=str(label.state),
            score=label.score,
            margin=label.margin,
            entropy=label.entropy,
            annotator=label.annotator,
            annotator_email=label.annotator_email,
            labelled_at=label.labelled_at,
        )


def _names_of_people(project_id: int, people: Collection[int]) -> dict[int, frozenset[str]]:
    """By account, in lower case: the name and address that a package brought, and what exports call them."""
    names: defaultdict[int, set[str]] = defaultdict(set)
    annotators = ImportedAnnotator.objects.filter(project=project_id, user__in=people)
    for pk, *texts in annotators.values_list("user", "name", "email", "member__shown_name"):
        names[pk] |= {text.lower() for text in texts if text}
    for pk, *texts in User.objects.filter(pk__in=people).values_list("pk", "shown_name", "email"):
        names[pk] |= {text.lower() for text in texts if text}
    return {pk: frozenset(each) for pk, each in names.items()}


def _waiting_names(ids: Iterable[int]) -> dict[int, int]:
    """By object the name that its label waits for."""
    rows = PendingLabel.objects.filter(object__in=list(ids))
    return dict(rows.values_list("object_id", "pending_id"))


def _row(label: PackageLabel) -> tuple:
    return tuple(
        str(value) if isinstance(value, UpdateOutcome) else value
        for value in (getattr(label, name.strip()) for name in COLUMNS.split(","))
    )


def name_of(label: PackageLabel) -> TaxonName:
    return TaxonName(label.name, tuple(label.lineage), label.ecotaxa_id)
