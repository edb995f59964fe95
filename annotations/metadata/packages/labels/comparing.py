"""Compares the labels of a package with those that its objects have.

What a person decided here later than the file says stays, unless whoever imports lets the file win; what a person has
decided stays against any prediction. A record without a label says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotations.common.copying import copy_rows
from annotations.imports.mappings.using import NO_MAPPING, UsedMapping
from annotations.imports.project_taxa import ProjectTaxa
from annotations.imports.records import Record, RecordLabel
from annotations.labels.standing import StandingLabel, standing_labels
from annotations.metadata.models import PackageLabel, PackageUpdate, UpdateOutcome
from annotations.samples.models import State
from annotations.taxon_matching.models import PendingLabel
from annotations.taxonomy.actions import TaxonName

COLUMNS = (
    "update_id, object_id, version, outcome, from_taxon_id, from_state, taxon_id, name, lineage, ecotaxa_id, state, "
    "score, margin, entropy, annotator, annotator_email, labelled_at"
)
SCORES = ("score", "margin", "entropy")


@dataclass(frozen=True)
class LabelPair:
    """What stands and what the file says, its taxon where the site knows it."""

    standing: StandingLabel
    label: RecordLabel
    taxon: int | None

    @property
    def is_same(self) -> bool:
        here = self.standing
        if self.taxon is None or (self.taxon, str(self.label.state)) != (here.taxon, here.state):
            return False
        return all(getattr(self.label, name) in (None, getattr(here, name)) for name in SCORES)

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


class LabelComparison:
    """Of one update; with `makes_taxa` names that the site does not know become taxa, else their labels wait."""

    def __init__(self, update: PackageUpdate, makes_taxa: bool, mapping: UsedMapping = NO_MAPPING):
        self.update, self.makes_taxa = update, makes_taxa
        self.names = ProjectTaxa(update.project_id, mapping)

    def note(self, records: Sequence[Record], ids: Mapping[str, int]) -> list[PackageLabel]:
        """Those that differ; they are kept with the update."""
        labels = {ids[record.object_id]: record.label for record in records if record.label is not None}
        if not labels:
            return []
        self.names.look_up({label.taxon for label in labels.values()})
        differing = list(self._differing(labels))
        copy_rows("metadata_packagelabel", COLUMNS, map(_row, differing))
        return differing

    def _differing(self, labels: Mapping[int, RecordLabel]) -> Iterator[PackageLabel]:
        waiting = _waiting_names(labels)
        for pk, here in standing_labels(list(labels)).items():
            pair = LabelPair(here, labels[pk], self.names.taxa[labels[pk].taxon])
            outcome = self._outcome(pair, waiting.get(pk))
            if outcome is not None:
                yield self._package_label(pair, outcome)

    def _outcome(self, pair: LabelPair, waiting: int | None) -> UpdateOutcome | None:
        """None where nothing differs: a label that waits for the same name is here already."""
        if pair.is_same:
            return None
        outcome = pair.outcome
        if pair.taxon is not None or outcome != UpdateOutcome.CHANGES or self.makes_taxa:
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
