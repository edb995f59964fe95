"""What a table of a trait is asked for: a row for what, and which values count."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.regroupings.counted_taxa import CountedTaxa
from annotations.samples.models import State
from annotations.search.conditions.depths import MEAN_DEPTH
from annotations.traits.models import Trait

DEEPEST_BIN = 1000  # metres


@dataclass(frozen=True)
class Grouping:
    """What the objects of one row have in common: `key` is SQL over samples_object `o`, `name` is SQL over the key."""

    label: str
    key: str
    name: str = "NULL"


GROUPINGS = {
    "sample": Grouping(
        "Sample", "o.sample_id", "(SELECT s.original_id FROM samples_sample s WHERE s.id = {0})"
    ),
    "taxon": Grouping(
        "Taxon", "o.taxon_id", "(SELECT t.display_name FROM taxonomy_taxon t WHERE t.id = {0})"
    ),
    "month": Grouping("Month", "extract(month FROM o.taken_at AT TIME ZONE 'UTC')::int"),
    "hour": Grouping(
        "Hour of the day (UTC)",
        "CASE WHEN o.has_time THEN extract(hour FROM o.taken_at AT TIME ZONE 'UTC')::int END",
    ),
    "sun": Grouping("Day or night", "o.sun"),
    "depth": Grouping("Depth", f"floor(({MEAN_DEPTH}) / {{depth_m:d}})::int * {{depth_m:d}}"),
}


@dataclass(frozen=True)
class TableSpec:
    """One table: of which trait, a row for what, and which values count."""

    trait: Trait
    by: tuple[str, ...] = ("sample",)
    states: tuple[State, ...] = (State.VALIDATED,)
    depth_m: int = 50  # height of a depth bin, metres
    rolls_up: bool = False  # an object counts for the taxa above its own, too …
    taxa: tuple[int, ...] | None = None  # … of these; None: of all
    counted_taxa: CountedTaxa | None = None  # taxa count for their ancestors of a rank, or for groups

    def __post_init__(self) -> None:
        unknown = [name for name in self.by if name not in GROUPINGS]
        if unknown or len(set(self.by)) < len(self.by):
            wrong = unknown[0] if unknown else ",".join(self.by)
            raise ValidationError(
                f"`by` is {wrong!r}, but takes each of {', '.join(GROUPINGS)} once at most."
            )
        if not 1 <= self.depth_m <= DEEPEST_BIN:
            raise ValidationError(
                f"`depth_bin` is {self.depth_m}, but takes whole metres from 1 to {DEEPEST_BIN:,}."
            )
        if not self.states or set(self.states) & {State.UNCLASSIFIED, State.MACHINE_VALIDATED}:
            raise ValidationError("`states` takes validated, dubious and predicted: one of them at least.")
