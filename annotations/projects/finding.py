"""Where one gets by typing what it is called: pages, projects, samples, taxa, saved views. Each app registers a finder
for what it owns in its module `destinations`, which is found by itself (apps.py):

    register(40, find_samples)

A finder asks the database a fixed number of times, for `MOST` rows at most, and gives only what the person may see.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models import Q

from annotations.accounts.models import User
from annotations.projects.models import Project

MOST = 6  # of a group
CALLED_SO, BEGINS_SO, WORDS_BEGIN_SO, HOLDS_IT, IS_LIKE_IT = range(5)


@dataclass(frozen=True)
class Search:
    """What somebody types, in which project (with their role), or in none; then that where they were last may count."""

    user: User
    text: str
    project: Project | None = None
    last_project: Project | None = None

    @cached_property
    def words(self) -> list[str]:
        return folded(self.text).split()

    def begins_words_of(self, text: str) -> bool:
        """Whether each typed word begins a word of the text: for the few things that have no table."""
        return all(re.search(rf"\b{re.escape(word)}", folded(text)) for word in self.words)

    def holds_words(self, field: str) -> Q:
        """Rows whose field holds each typed word."""
        return Q(*(Q(**{f"{field}__icontains": word}) for word in self.text.split()))


@dataclass(frozen=True)
class Destination:
    group: str
    name: str
    url: str
    detail: str = ""  # what tells it from another of that name
    alias: str = ""  # by which it was found, where that is not the name


Finder = Callable[[Search], list[Destination]]
_finders: list[tuple[int, Finder]] = []


def register(place: int, finder: Finder) -> None:
    """A finder; where two find equally well, that of the smaller place comes first."""
    _finders.append((place, finder))
    _finders.sort(key=lambda entry: entry[0])


def find_destinations(search: Search) -> list[dict]:
    """[{name, rank, destinations}]: groups, that of the best match first, and in each the best match first. The rank is
    of its best: 0 is called so, 1 begins so, 2 its words begin so, 3 holds it, 4 is like it."""
    matches = [match for _, finder in _finders for match in finder(search)]
    groups = []
    for name, in_group in groupby(matches, key=lambda match: match.group):
        ranked = sorted((rank_of(match, search), n, match) for n, match in enumerate(in_group))
        groups.append({"name": name, "rank": ranked[0][0], "destinations": [match for _, _, match in ranked]})
    return sorted(groups, key=lambda group: group["rank"])


def rank_of(match: Destination, search: Search) -> int:
    """How well the name, or what it was found by, answers what was typed."""
    return min(_rank(folded(name), search.words) for name in {match.name, match.alias or match.name})


def _rank(name: str, words: list[str]) -> int:
    text = " ".join(words)
    if name == text:
        return CALLED_SO
    if name.startswith(text):
        return BEGINS_SO
    if all(re.search(rf"\b{re.escape(word)}", name) for word in words):
        return WORDS_BEGIN_SO
    return HOLDS_IT if all(word in name for word in words) else IS_LIKE_IT


def folded(text: str) -> str:
    """As texts are compared: small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
