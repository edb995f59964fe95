"""What is said of a choice that there is none of: which there are, or of very many the nearest."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

MOST = 12  # that a sentence names
LONGEST = 100  # letters of what was sent


def none_of(value: object, choices: Collection[object]) -> str:
    """`“king” is none of its values: viewer, annotator, expert, manager.`"""
    text = str(value)[:LONGEST]
    names = [str(choice) for choice in choices if choice not in (None, "")]
    if not names:
        return f"“{text}” can’t be chosen: there is nothing to choose from yet."
    if len(names) > MOST:
        near = get_close_matches(text, names, n=3) or names[:3]
        return f"“{text}” is none of its {len(names)} values, such as {', '.join(near)}."
    return f"“{text}” is none of its values: {', '.join(names)}."


def values_of(choices: Iterable[tuple[object, object]]) -> list[object]:
    """Of pairs of a value and its words, as Django has them; in a group the words are pairs themselves."""
    values: list[object] = []
    for value, words in choices:
        values += values_of(words) if isinstance(words, list | tuple) else [value]
    return values
