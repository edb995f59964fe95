"""The report of a project as JSON: what was done how, what it took, what was saved, where models were wrong."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from annotations.effort.reading import ANSWERS, BY_PERSON, DISTANCES, SCORES, rows_of
from annotations.similarity.vectors import best_space

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before all that is in any log
FEWEST_BY_HAND = 20  # objects, whose seconds say what one takes
RECENT = timedelta(days=30)
MOST_SAMPLES = 50  # the farthest


@dataclass(frozen=True)
class PersonEffort:
    """Objects by what was done to them, acts and seconds; objects that these seconds were spent on, or that a rule took
    none for; by hand alone, objects with their seconds."""

    person: int | None
    by_hand: int
    accepted: int
    corrected: int
    revised: int
    by_rule: int
    acts: int
    seconds: float
    timed: int
    timed_by_hand: int
    seconds_by_hand: float

    @property
    def objects(self) -> int:
        return self.by_hand + self.accepted + self.corrected + self.by_rule


@dataclass(frozen=True)
class Answered:
    """Predictions that people answered, and those of them that they corrected."""

    answered: int = 0
    corrected: int = 0

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(self.answered + other.answered, self.corrected + other.corrected)


def make_report(project_id: int, now: datetime, since: datetime) -> dict[str, Any]:
    """Four passes over the log and the objects of the project."""
    people = [PersonEffort(*row) for row in rows_of(BY_PERSON, project_id, since)]
    people.sort(key=lambda person: (-person.objects, person.person or 0))
    answers = rows_of(ANSWERS, project_id, since)
    return {
        "since": since.isoformat(),
        "people": [asdict(person) for person in people],
        "total": _total(people),
        "weeks": _sums((row[2].isoformat(), row) for row in answers),
        "models": _sums((row[0], row) for row in answers),
        "taxa": _by_taxon(answers, (now - RECENT).date()),
        "samples": _samples(project_id, since),
    }


def _total(people: list[PersonEffort]) -> dict[str, Any]:
    """Sums; seconds that an object takes by hand in this project, and what was saved by not doing so all whose seconds
    are known."""
    names = [name for name in PersonEffort.__dataclass_fields__ if name != "person"]
    total: dict[str, Any] = {name: sum(getattr(person, name) for person in people) for name in names}
    objects = sum(person.objects for person in people)
    is_known = total["timed_by_hand"] >= FEWEST_BY_HAND
    each = total["seconds_by_hand"] / total["timed_by_hand"] if is_known else None
    saved = None if each is None else max(0.0, total["timed"] * each - total["seconds"])
    return total | {"objects": objects, "seconds_each_by_hand": each, "seconds_saved": saved}


def _sums(rows: Iterable[tuple[Any, tuple]]) -> list[dict[str, Any]]:
    """By key, which may be None: what was answered and corrected."""
    sums: dict[Any, Answered] = defaultdict(Answered)
    for key, row in rows:
        sums[key] += Answered(*row[3:])
    return [
        {"key": key, **asdict(sums[key])} for key in sorted(sums, key=lambda key: (key is None, key or 0))
    ]


def _by_taxon(answers: list[tuple], recent: Any) -> list[dict[str, Any]]:
    """By predicted taxon: all along, and in weeks that began in the last thirty days; most answered first."""
    sums: dict[int, Answered] = defaultdict(Answered)
    lately: dict[int, Answered] = defaultdict(Answered)
    for _, taxon, week, *counts in answers:
        sums[taxon] += Answered(*counts)
        if week >= recent:
            lately[taxon] += Answered(*counts)
    order = sorted(sums, key=lambda taxon: (-sums[taxon].answered, taxon))
    return [{"taxon": taxon, **asdict(sums[taxon]), "recent": asdict(lately[taxon])} for taxon in order]


def _samples(project_id: int, since: datetime) -> list[dict[str, Any]]:
    """Mean score of what waits, and distance of the embeddings' middle from that of all samples; the farthest first."""
    scores = {sample: (count, score) for sample, count, score in rows_of(SCORES, project_id, since)}
    space = best_space(project_id)
    distances = dict(rows_of(DISTANCES, project_id, since, space)) if space else {}
    rows = []
    for sample in scores.keys() | distances.keys():
        count, score = scores.get(sample, (0, None))
        rows.append({"sample": sample, "predicted": count, "score": score, "distance": distances.get(sample)})
    usual = _usual([row["distance"] for row in rows])
    for row in rows:
        row["is_far"] = usual is not None and row["distance"] is not None and row["distance"] > usual
    rows.sort(key=lambda row: (-(row["distance"] or 0.0), row["score"] if row["score"] is not None else 1.0))
    return rows[:MOST_SAMPLES]


def _usual(distances: list[float | None]) -> float | None:
    """Up to where samples usually lie: the median and three times what they usually differ from it."""
    lying = np.array([each for each in distances if each is not None])
    if len(lying) < 5:
        return None
    median = float(np.median(lying))
    return median + 3 * 1.4826 * float(np.median(abs(lying - median)))
