from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from annotations.projects.models import Project


@dataclass(frozen=True)
class ArchiveCheck:
    """What is missing or stays out, with the page where that can be mended and the words of its link.

    An error is what GBIF or OBIS would send the archive back for: none is written while there is one.
    """

    sentence: str
    is_error: bool
    url: str = ""
    words: str = ""
    is_for_managers: bool = False  # nobody else may open that page


ArchiveChecks = Iterator[ArchiveCheck]


def place_in(project: Project, view: str, words: str, query: str = "") -> tuple[str, str]:
    return reverse(view, args=[project.pk]) + query, words
