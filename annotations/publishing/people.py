"""People as an archive names them: written by hand, one a line, or from an account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.accounts.names import masked

MOST_PEOPLE = 50
LONGEST_LINE = 300


@dataclass(frozen=True)
class NamedPerson:
    """`given_names` may be empty; `email` and `organisation`, too."""

    given_names: str
    surname: str
    organisation: str = ""
    email: str = ""

    @property
    def cited(self) -> str:
        """`Doe J`, as citations have it."""
        initials = "".join(name[0] for name in self.given_names.replace("-", " ").split())
        return f"{self.surname} {initials}".strip()


def people_in(text: str) -> tuple[NamedPerson, ...]:
    """One a line, or apart by semicolons: given names and surname, then perhaps a comma and the institution."""
    lines = [line.strip()[:LONGEST_LINE] for line in re.split(r"[;\n\r]", text) if line.strip()]
    return tuple(_person(line) for line in lines[:MOST_PEOPLE])


def _person(line: str) -> NamedPerson:
    name, _, organisation = line.partition(",")
    first, _, surname = name.strip().rpartition(" ")
    return NamedPerson(first.strip(), surname or name.strip(), organisation.strip())


def person_of(user: User, organisation: str = "", email: str = "") -> NamedPerson:
    """Named as pages name them; addresses, of the account or within a name, are nobody's business."""
    if user.last_name:
        return NamedPerson(masked(user.first_name), masked(user.last_name), organisation, email)
    first, _, surname = user.display_name.rpartition(" ")
    return NamedPerson(first, surname, organisation, email)


def in_citation(people: Sequence[NamedPerson]) -> str:
    return ", ".join(person.cited for person in people)
