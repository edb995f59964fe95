"""What the list of projects shows of each, though it lies below samples and labels."""

from collections.abc import Sequence

from django import template

from annotations.labels.overview import examples_of, last_work_in
from annotations.labels.tally import counts_by_project
from annotations.samples.models import State
from annotations.samples.queries import instruments_of

register = template.Library()

STATES = (
    State.VALIDATED,
    State.MACHINE_VALIDATED,
    State.PREDICTED,
    State.DUBIOUS,
    State.UNCLASSIFIED,
)


@register.simple_tag
def overview_of_projects(entries: Sequence[dict]) -> list[dict]:
    """Each entry (with its `project`), how many of its objects are in which state, pictures, instruments, last work."""
    ids = [entry["project"].pk for entry in entries]
    counts, examples = counts_by_project(ids), examples_of(ids)
    instruments, last_work = instruments_of(ids), last_work_in(ids)
    return [
        entry
        | _progress(counts[pk])
        | {
            "examples": examples.get(pk, []),
            "instruments": ", ".join(instruments.get(pk, [])),
            "last_work": last_work.get(pk),
        }
        for pk, entry in zip(ids, entries, strict=True)
    ]


def _progress(counts: dict[str, int]) -> dict:
    """Of what a rule has labelled nothing is said where there is none."""
    total = sum(counts.values())
    states = [state for state in STATES if state != State.MACHINE_VALIDATED or counts.get(state.value)]
    return {
        "total": total,
        "validated_percent": 100 * counts.get("V", 0) // total if total else 0,  # 100 only when all are
        "shares": [
            {"letter": state.value, "percent": 100 * counts.get(state.value, 0) / max(total, 1)}
            for state in states
        ],
        "sentence": ", ".join(f"{counts.get(state.value, 0):,} {state.word}" for state in states),
    }
