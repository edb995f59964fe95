"""What a prediction counts as it goes: the note of each part of its job, their sum, and what is said of that."""

from collections.abc import Collection, Iterable

from annotations.learning.actions import PRECISIONS
from annotations.learning.doubt import MUCH, is_unlike
from annotations.learning.forecast import LEVELS
from worker.reading import PredictionTable

COUNTS = ("done", "unreadable", "predicted", "left", "traits", "unsettled", "unlike")


def add_up(notes: Iterable[dict]) -> dict:
    """One note of many. `levels` are by precision, as `forecast.LEVELS`; `example` is the first that is unlike."""
    total: dict = dict.fromkeys((*COUNTS, "example"), 0) | {"levels": {}}
    for note in notes:
        for name in COUNTS:
            total[name] += note.get(name, 0)
        total["example"] = total["example"] or note.get("example", 0)
        for precision, counts in note.get("levels", {}).items():
            before = total["levels"].get(precision, [0] * len(counts))
            total["levels"][precision] = [sum(pair) for pair in zip(before, counts, strict=True)]
    return total


def forecast_note(predictions: PredictionTable, unsettled: Collection[int]) -> dict:
    """What forecasts rest on: how many are unlike anything learnt, and at which level each could be named."""
    note: dict = {"unsettled": 0, "unlike": 0, "example": 0, "levels": {}}
    for object_id, novelty, steps in zip(
        predictions.ids, predictions.novelties, predictions.steps, strict=True
    ):
        if object_id not in unsettled:
            continue
        note["unsettled"] += 1
        if is_unlike(novelty):
            note["unlike"] += 1
            note["example"] = note["example"] or object_id
        for precision, step in zip(PRECISIONS, steps, strict=False):
            counts = note["levels"].setdefault(str(precision), [0] * len(LEVELS))
            counts[min(step + 1, len(LEVELS) - 1)] += 1
    return note


def unlike_share(note: dict) -> float:
    return note["unlike"] / max(note["unsettled"], 1)


def summary(note: dict) -> str:
    sentences = [*_warning(note), f"{note['predicted']:,} objects predicted."]
    if note["traits"]:
        sentences.append(f"{note['traits']:,} values of traits predicted.")
    if note["left"]:
        sentences.append(f"{note['left']:,} left for people: not sure enough.")
    sentences.append("What people have settled was left alone.")
    if note["unreadable"]:
        sentences.append(f"The images of {note['unreadable']:,} could not be read.")
    return " ".join(sentences)


def _warning(note: dict) -> list[str]:
    """Before anything else, where the model knows little of what it was shown."""
    share = unlike_share(note)
    if share < MUCH:
        return []
    return [
        f"{share:.0%} of these objects are unlike anything that the model has learnt: sort them by similarity first."
    ]
