"""Values of traits that were given, as labels are: what somebody else said meanwhile stays."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.labelling import Labelling

COLUMNS = ["id", "version", "value", "state", "annotator", "when"]


class TraitLabelling(Labelling):
    """As `Labelling`; `inapplicable` counts the objects to which the trait does not apply: they were left out."""

    def __init__(self, connection: Connection, outcomes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(connection, outcomes)
        self.inapplicable: int = sum(outcome.get("inapplicable", 0) for outcome in outcomes)

    def __repr__(self) -> str:
        return f"<TraitLabelling: {self.changed} changed, {len(self.conflicts)} conflicts>"

    @staticmethod
    def _frame(conflicts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        return pd.DataFrame(conflicts, columns=COLUMNS)


def trait_targets(objects: pd.DataFrame, trait: str) -> list[dict[str, int]]:
    """Numbers, and the versions of the trait's values that the frame shows; 0 where it shows none."""
    missing = {"id", "traits"} - set(objects.columns)
    if missing:
        raise ValueError(
            f"The frame has no column {' and '.join(sorted(missing))}: take it from `objects()`."
        )
    return [
        {"id": int(number), "version": int(values.get(trait, {}).get("version", 0))}
        for number, values in objects[["id", "traits"]].itertuples(index=False)
    ]
