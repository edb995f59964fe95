"""What is next for a person: the lines on top of the home page. Each app registers what it knows of in its module
`next_steps`, which is found by itself (apps.py):

    register(40, mentions_unseen)

A step is one sentence with a count and a link; who asks gets only what they may see, and nothing where nothing waits.
"""

from collections.abc import Callable
from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.projects.models import Project

MOST_STEPS = 6  # a calm column


@dataclass(frozen=True)
class Asker:
    """Who wants to know what is next, and the project that they were in last."""

    user: User
    last_project: Project | None = None


@dataclass(frozen=True)
class NextStep:
    text: str  # after the count: “predicted objects wait for you”
    url: str
    count: int | None = None
    where: str = ""  # the project, or whatever tells it from another
    is_fault: bool = False
    bench: int | None = None  # the project of the bench that it leads to, as it was left in this browser


Steps = Callable[[Asker], list[NextStep]]
_registered: list[tuple[int, Steps]] = []


def register(place: int, steps: Steps) -> None:
    """The smaller the place, the further up."""
    _registered.append((place, steps))
    _registered.sort(key=lambda entry: entry[0])


def next_steps(asker: Asker) -> list[NextStep]:
    """At most six, the most urgent first."""
    return [step for _, steps in _registered for step in steps(asker)][:MOST_STEPS]


def counted(count: int, one: str, several: str) -> str:
    """The words behind a number."""
    return one if count == 1 else several
