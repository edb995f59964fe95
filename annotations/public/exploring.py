"""All public projects, narrowed to a taxon, a place, a time and an instrument: counts from the tally, and pictures.

A page looks at projects until it is full, and no longer than a person waits: where few of them match it ends early, and
says where to go on.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from time import monotonic

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from annotations.common.forms import LARGEST_ID
from annotations.common.keyset import Cursor
from annotations.public.access import public_faces
from annotations.public.explore_query import COUNTS, FREQUENT, INSTRUMENTS, PLACES, ExploreQuery, rows_of
from annotations.public.models import PublicFace
from annotations.public.pictures import PublicPicture, examples_of
from annotations.public.queries import years_between
from annotations.samples.naming import readable_id

PAGE = 12  # projects
FIRST_BATCH = 15  # projects that are counted at once: where all match, a page is full then
LARGEST_BATCH = 240  # where few match, each batch is twice the one before it
PATIENCE = 1.0  # seconds that are looked for a full page
ORDER = "explore"


@dataclass(frozen=True)
class ExploredProject:
    face: PublicFace
    objects: int
    samples: int
    years: str
    instruments: list[str]
    pictures: list[PublicPicture] = field(default_factory=list)


@dataclass(frozen=True)
class ExplorePage:
    projects: list[ExploredProject]
    places: list[list]  # [name, latitude, longitude, objects] of samples, as `boxmap.js` reads them
    following: str | None  # the cursor of those after them
    is_cut: bool  # the page ends before it is full: more projects are to be looked at


def explore(query: ExploreQuery, cursor: str | None) -> ExplorePage:
    """The newest projects first. Raises ValidationError for a damaged cursor."""
    matching, counts, last = _matching(query, _faces_after(cursor))
    page = matching[:PAGE]
    end = page[-1].pk if len(matching) > PAGE else last
    return ExplorePage(
        projects=_described(query, page, counts),
        places=_places(query, page),
        following=Cursor(ORDER, None, end).encode() if end else None,
        is_cut=bool(last) and len(matching) <= PAGE,
    )


def _faces_after(cursor: str | None) -> QuerySet[PublicFace]:
    faces = public_faces().order_by("-pk")
    if not cursor:
        return faces
    after = Cursor.decode(cursor, ORDER).id
    if abs(after) > LARGEST_ID:
        raise ValidationError("`cursor` is damaged: start again without it.")
    return faces.filter(pk__lt=after)


def _matching(
    query: ExploreQuery, faces: QuerySet[PublicFace]
) -> tuple[list[PublicFace], dict[int, list], int | None]:
    """More than a page of those that match, or as many as were found in time; their counts; and the last project that
    was looked at, None where there are no more."""
    matching: list[PublicFace] = []
    counts: dict[int, list] = {}
    size, until = FIRST_BATCH, monotonic() + PATIENCE
    while True:
        batch = list(faces[: size + 1])
        last = batch[size - 1].pk if len(batch) > size else None
        rows = rows_of(COUNTS, query, [face.pk for face in batch[:size]])
        counts |= {project: counted for project, *counted in rows}
        matching += [face for face in batch[:size] if face.pk in counts]
        if last is None or len(matching) > PAGE or monotonic() > until:
            return matching, counts, last
        faces, size = faces.filter(pk__lt=last), min(2 * size, LARGEST_BATCH)


def _described(query: ExploreQuery, faces: list[PublicFace], counts: dict) -> list[ExploredProject]:
    ids = [face.pk for face in faces]
    instruments: dict[int, list[str]] = defaultdict(list)
    for project, instrument in rows_of(INSTRUMENTS, query, ids):
        instruments[project].append(instrument)
    pictures = _pictures(query, ids)
    projects = []
    for face in faces:
        objects, samples, first, last = counts[face.pk]
        years = years_between(first, last)
        projects.append(
            ExploredProject(face, objects, samples, years, instruments[face.pk], pictures[face.pk])
        )
    return projects


def _pictures(query: ExploreQuery, projects: list[int]) -> dict[int, list[PublicPicture]]:
    """By project, of its most frequent taxa that are looked for."""
    frequent = rows_of(FREQUENT, query, projects)
    examples = examples_of(frequent)
    pictures: dict[int, list[PublicPicture]] = defaultdict(list)
    for pair in frequent:
        if pair in examples:
            pictures[pair[0]].append(examples[pair])
    return pictures


def _places(query: ExploreQuery, faces: list[PublicFace]) -> list[list]:
    rows = rows_of(PLACES, query, [face.pk for face in faces])
    return [[readable_id(name), north, east, count] for name, _, north, east, count in rows]
