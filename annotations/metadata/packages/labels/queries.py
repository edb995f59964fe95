"""What an update makes of labels, for people: a page at a time, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from annotations.common.keyset import Cursor
from annotations.metadata.levels import level_of
from annotations.metadata.models import PackageLabel, PackageUpdate, UpdateOutcome
from annotations.samples.models import FreeColumn, Object, State
from annotations.taxonomy.models import Taxon

A_PAGE = 50


@dataclass(frozen=True)
class LabelLine:
    """States are words; `annotator` and `labelled_at` are whom the file names, and its date, `from_annotator` and
    `decided` those of the label here, where only these differ; `means` is the taxon of the site, where that is called
    otherwise."""

    row: str
    from_taxon: str
    from_state: str
    from_annotator: str
    decided: datetime | None
    taxon: str
    means: str
    state: str
    annotator: str
    labelled_at: datetime | None


@dataclass(frozen=True)
class LabelGroup:
    """How many labels have an outcome."""

    outcome: str
    count: int

    @property
    def title(self) -> str:
        return UpdateOutcome(self.outcome).label


def label_groups(update: PackageUpdate) -> list[LabelGroup]:
    """In the order of the outcomes; those that nothing has are left out."""
    counts = update.labels
    return [LabelGroup(outcome, counts[outcome]) for outcome in UpdateOutcome.values if counts.get(outcome)]


def label_page(update: PackageUpdate, outcome: str, cursor: str) -> tuple[list[LabelLine], str | None]:
    """A page of the labels of an outcome, and the cursor of the next. Raises ValidationError for a damaged cursor."""
    after = Cursor.decode(cursor, "row").id if cursor else 0
    rows = PackageLabel.objects.filter(update=update, outcome=outcome, object_id__gt=after)
    page = list(rows.order_by("object_id")[: A_PAGE + 1])
    following = Cursor("row", None, page[A_PAGE - 1].object_id).encode() if len(page) > A_PAGE else None
    return label_lines(update, page[:A_PAGE]), following


def label_lines(update: PackageUpdate, labels: Sequence[PackageLabel]) -> list[LabelLine]:
    names = level_of(FreeColumn.Level.OBJECT).names([label.object_id for label in labels])
    numbers = {number for label in labels for number in (label.from_taxon_id, label.taxon_id) if number}
    taxa = Taxon.objects.in_bulk(numbers)
    alone = [label.object_id for label in labels if _is_signature_alone(label) and not update.applied]
    signed = Object.objects.select_related("annotator").in_bulk(alone)
    return [_line(label, names, taxa, signed.get(label.object_id)) for label in labels]


def _is_signature_alone(label: PackageLabel) -> bool:
    return (label.taxon_id, label.state) == (label.from_taxon_id, label.from_state)


def _line(
    label: PackageLabel, names: dict[int, str], taxa: dict[int, Taxon], signed: Object | None
) -> LabelLine:
    before, after = taxa.get(label.from_taxon_id or 0), taxa.get(label.taxon_id or 0)
    name = label.name or f"EcoTaxa {label.ecotaxa_id}"
    return LabelLine(
        row=names.get(label.object_id, "gone by now"),
        from_taxon=before.display_name if before else "",
        from_state=State(label.from_state).word,
        from_annotator=signed.annotator.display_name if signed and signed.annotator else "",
        decided=signed.labelled_at if signed else None,
        taxon=name,
        means=after.display_name if after and after.display_name != name else "",
        state=State(label.state).word,
        annotator=label.annotator,
        labelled_at=label.labelled_at,
    )
