"""Who an @ in a text means. An account's name may hold `@`, `.`, `+` and `-`, and so may the sentence around it."""

import re
from collections.abc import Callable, Container

RUN = re.compile(r"(?<![\w@/=])@([\w.@+-]+)")  # not in an e-mail address, nor in that of a page
ENDS = ".@+-"  # of a sentence, or of a name
LONGEST = 150  # letters of a user name


def names_in(text: str, members: Container[str]) -> set[str]:
    """The names as written in the text, of those that are known in small letters."""
    return {name for run in RUN.findall(text) if (name := _longest(run, members))}


def mark_names(text: str, members: Container[str], mark: Callable[[str], str]) -> str:
    """The text with `mark(name)` in the place of each known @name; every other @ stays as it is."""

    def marked(match: re.Match) -> str:
        name = _longest(match[1], members)
        return mark(name) + match[1][len(name) :] if name else match[0]

    return RUN.sub(marked, text)


def _longest(run: str, members: Container[str]) -> str:
    """The name at the start of the run, behind which only the sentence's marks follow; empty: nobody's."""
    least = len(run.rstrip(ENDS))
    for end in range(min(len(run), LONGEST), max(least, 1) - 1, -1):
        if run[:end].lower() in members:
            return run[:end]
    return ""
