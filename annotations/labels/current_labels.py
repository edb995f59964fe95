"""The labels that objects have, and what gave them: looked at by whoever would overwrite some."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from annotations.labels.models import BatchKind
from annotations.labels.undoing import STANDING
from annotations.samples.models import State

# what was given and taken back leaves no trace here: the label before it stands again, with the batch that gave it
NOW = f"""
SELECT o.id, o.version, o.taxon_id, o.state, o.score, o.margin, o.entropy, o.annotator_id, o.labelled_at, b.kind,
       b.created
FROM samples_object o
LEFT JOIN labels_change c ON c.object_id = o.id AND c.version = {STANDING}
LEFT JOIN labels_batch b ON b.id = c.batch_id
WHERE o.id = ANY(%s)
"""


class StandingLabel(NamedTuple):
    """`kind` and `created` are of the batch that gave it; None where the object has come in without a label."""

    object: int
    version: int
    taxon: int | None
    state: str
    score: float | None
    margin: float | None
    entropy: float | None
    annotator: int | None
    labelled_at: datetime | None
    kind: str | None
    created: datetime | None

    @property
    def is_decided_here(self) -> bool:
        """By a person at this site: also that it is unclassified, or predicted again."""
        return self.kind == BatchKind.LABEL

    @property
    def is_settled(self) -> bool:
        """Whether a person has decided, here or before it came."""
        return self.is_decided_here or self.state in (State.VALIDATED, State.DUBIOUS)

    @property
    def decided(self) -> datetime | None:
        """When; what came with a package knows it from there."""
        return self.created if self.is_decided_here else self.labelled_at


def standing_labels(ids: list[int]) -> dict[int, StandingLabel]:
    with connection.cursor() as cursor:
        cursor.execute(NOW, [ids])
        labels = [StandingLabel(*row) for row in cursor.fetchall()]
    return {label.object: label for label in labels}
