"""The panel of a trait that is sorted by: how many objects have each value, each line a filter."""

from collections import Counter

from annotations.search.filter import Filter
from annotations.traits.models import Trait
from annotations.traits.queries import counts_of
from annotations.traits.values import HIDDEN
from classifier.contract.traits import TraitKind

STATES = {"validated": "V", "predicted": "P", "dubious": "D"}


def trait_panel(trait: Trait, criteria: Filter) -> list[dict]:
    """[{name, key, value, total, shares}]: choices in their order, then not visible, and what nobody has looked at.

    `value` is what the filter `trait=<key>=` takes; `key` the digit that gives the choice.
    """
    counts: dict[str, Counter] = {}
    for entry in counts_of(trait, criteria):
        for value in _values(entry["value"]):
            counts.setdefault(value, Counter())[entry["state"]] += entry["count"]
    chosen = [(c["key"], c["name"], str(n)) for n, c in enumerate(trait.choices, 1)]
    choices = chosen if TraitKind(trait.kind).is_chosen else [("any", "a value", "")]
    lines = [*choices, ("hidden", "not visible", "0"), ("none", "not looked at", "")]
    return [_line(value, name, digit, counts.get(value, Counter())) for value, name, digit in lines]


def _values(value: object) -> list[str]:
    """Under which lines it counts: several, for a trait that takes several choices."""
    if value is None:
        return ["none"]
    if value == HIDDEN:
        return ["hidden"]
    return list(value) if isinstance(value, list) and value else ["any"]


def _line(value: str, name: str, digit: str, counts: Counter) -> dict:
    total = counts.total()
    return {
        "value": value,
        "name": name,
        "digit": digit if len(digit) == 1 else "",
        "total": total,
        "shares": [
            {"letter": letter, "percent": 100 * counts[word] / total}
            for word, letter in STATES.items()
            if counts[word]
        ],
        "sentence": ", ".join(f"{counts[word]:,} {word}" for word in STATES if counts[word]),
    }
