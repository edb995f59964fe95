"""Labels that were given: what changed, what somebody else had changed before, and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.errors import SestonError
from seston_client.jobs import Job

A_CALL = 5000  # objects
CONFLICT_COLUMNS = ["id", "version", "taxon", "taxon_id", "state", "annotator"]


class Labelling:
    """What came of it. `conflicts` are the objects that had changed since the frame was read, as they are now: nothing
    was overwritten; `gone` are numbers of objects that are no longer there."""

    def __init__(self, connection: Connection, outcomes: Sequence[Mapping[str, Any]]) -> None:
        self._connection = connection
        self.batches: list[int] = [outcome["batch"] for outcome in outcomes if outcome["batch"]]
        self.changed: int = sum(outcome["changed"] for outcome in outcomes)
        self.gone: list[int] = [number for outcome in outcomes for number in outcome.get("gone", [])]
        self.conflicts = self._frame([conflict for outcome in outcomes for conflict in outcome["conflicts"]])

    def __repr__(self) -> str:
        return f"<Labelling: {self.changed} changed, {len(self.conflicts)} conflicts>"

    @staticmethod
    def _frame(conflicts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        return pd.DataFrame([_conflict(conflict) for conflict in conflicts], columns=CONFLICT_COLUMNS)

    def undo(self) -> "Labelling":
        """Puts back what nobody has changed since. What is undone by a job is waited for."""
        answers = [self._undo(batch) for batch in reversed(self.batches)]
        return Labelling(self._connection, [answer for answer in answers if answer])

    def _undo(self, batch: int) -> dict | None:
        answer = self._connection.post(f"batches/{batch}/undo/", is_repeatable=True)
        if "kind" not in answer:
            return answer
        Job(self._connection, answer).wait()
        return None


class LabellingStopped(SestonError):
    """A call failed where many objects are labelled in several: `done` is the `Labelling` of the calls before it, to be
    kept, or undone."""

    def __init__(self, error: SestonError, done: Labelling) -> None:
        super().__init__(str(error), error.status)
        self.done = done


def targets(objects: pd.DataFrame) -> list[dict[str, int]]:
    """Numbers and versions: what has another version by now is a conflict."""
    missing = {"id", "version"} - set(objects.columns)
    if missing:
        raise ValueError(
            f"The frame has no column {' and '.join(sorted(missing))}: take it from `objects()`."
        )
    return [
        {"id": int(number), "version": int(version)}
        for number, version in objects[["id", "version"]].itertuples(index=False)
    ]


def _conflict(conflict: Mapping[str, Any]) -> dict[str, Any]:
    taxon = conflict["taxon"] or {}
    return {**conflict, "taxon": taxon.get("name"), "taxon_id": taxon.get("id")}
