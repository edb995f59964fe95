"""How far projects are: what the list of projects shows, though it lies below the labels."""

from collections.abc import Sequence

from django import template

from annotations.labels.tally import counts_by_project
from annotations.samples.models import State

register = template.Library()

STATES = (State.VALIDATED, State.PREDICTED, State.DUBIOUS, State.UNCLASSIFIED)


@register.simple_tag
def progress_of_projects(entries: Sequence[dict]) -> list[dict]:
    """Each entry (with its `project`), and how many of its objects are in which state."""
    counts = counts_by_project([entry["project"].pk for entry in entries])
    return [entry | _progress(counts[entry["project"].pk]) for entry in entries]


def _progress(counts: dict[str, int]) -> dict:
    total = sum(counts.values())
    return {
        "total": total,
        "validated_percent": 100 * counts.get("V", 0) // total if total else 0,  # 100 only when all are
        "shares": [
            {"letter": state.value, "percent": 100 * counts.get(state.value, 0) / max(total, 1)}
            for state in STATES
        ],
        "sentence": ", ".join(f"{counts.get(state.value, 0):,} {state.word}" for state in STATES),
    }
