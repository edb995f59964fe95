"""Pictures of occurrences that everybody may see: what may be seen, and where, the app that shows it registers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from annotations.projects.models import Project
from annotations.publishing.identification import Identification, IdentificationKey
from annotations.publishing.requests import ArchiveRequest
from annotations.samples.models import State

FIRST_RANKS = "SELECT object_id, min(rank) FROM samples_image WHERE object_id = ANY(%s) GROUP BY 1"


@dataclass(frozen=True)
class PublicPictures:
    states: Callable[[Project], Collection[State]]  # of the objects that everybody may see today
    path: Callable[[int, int], str]  # of a picture, by its object and rank


_registered: list[PublicPictures] = []


def register_public_pictures(
    states: Callable[[Project], Collection[State]], path: Callable[[int, int], str]
) -> None:
    _registered[:] = [PublicPictures(states, path)]


def states_for_everybody(project: Project) -> Collection[State]:
    """None where nobody shows projects to everybody."""
    return _registered[0].states(project) if _registered else ()


def media_of(
    project: Project, request: ArchiveRequest, identified: Mapping[IdentificationKey, Identification]
) -> dict[IdentificationKey, str]:
    """The address of a picture of one object of each; none where not everybody may see it, or the site is not named."""
    if not (request.site and _registered):
        return {}
    public = _registered[0]
    states = set(public.states(project))
    visible = {status for status in request.statuses if set(request.states_of(status)) <= states}
    examples = {key: one.example for key, one in identified.items() if key[2] in visible and one.example}
    with connection.cursor() as cursor:
        cursor.execute(FIRST_RANKS, [list(examples.values())])
        ranks = dict(cursor.fetchall())
    return {
        key: request.site + public.path(example, ranks[example])
        for key, example in examples.items()
        if example in ranks
    }
