"""All public projects, narrowed to a taxon, a place, a time and an instrument: counts from the tally, and pictures.

A page looks at so many projects and no more: where few of them match it ends early, and says where to go on.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.common.forms import LARGEST_ID
from annotations.common.keyset import Cursor
from annotations.public.access import public_faces
from annotations.public.models import PublicFace
from annotations.public.pictures import PublicPicture, examples_of
from annotations.public.queries import years_between
from annotations.samples.naming import readable_id

PAGE, MOST_LOOKED_AT = 12, 60  # projects
BATCH = 15  # projects that are counted at once: where all match, a page is full then
PICTURES = 6  # of a project
MOST_PLACES = 500  # samples
ORDER = "explore"
PUBLIC = """
SELECT t.project_id, t.sample_id, t.taxon_id, sum(t.count)::bigint AS count, s.original_id, s.latitude, s.longitude,
       e.taken_first, e.taken_last
FROM labels_tally t
JOIN public_publicface f ON f.project_id = t.project_id AND (f.has_all_states OR t.state = 'V')
JOIN samples_sample s ON s.id = t.sample_id
LEFT JOIN samples_extent e ON e.sample_id = t.sample_id
WHERE t.project_id = ANY(%(projects)s) AND {condition}
GROUP BY 1, 2, 3, s.id, e.sample_id HAVING sum(t.count) > 0
"""
COUNTS = f"""
SELECT project_id, sum(count)::bigint, count(DISTINCT sample_id), min(taken_first), max(taken_last)
FROM ({PUBLIC}) p GROUP BY 1
"""
INSTRUMENTS = f"""
SELECT DISTINCT p.project_id, a.instrument FROM (SELECT DISTINCT project_id, sample_id FROM ({PUBLIC}) n) p
JOIN samples_acquisition a USING (sample_id) WHERE a.instrument <> '' ORDER BY 1, 2
"""
FREQUENT = f"""
SELECT project_id, taxon_id FROM (
    SELECT project_id, taxon_id, row_number() OVER (PARTITION BY project_id ORDER BY sum(count) DESC, taxon_id) AS place
    FROM ({PUBLIC}) p WHERE taxon_id IS NOT NULL GROUP BY 1, 2
) n WHERE place <= {PICTURES} ORDER BY project_id, place
"""
PLACES = f"""
SELECT original_id, sample_id, latitude, longitude, sum(count)::bigint FROM ({PUBLIC}) p
WHERE latitude IS NOT NULL AND longitude IS NOT NULL
GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT {MOST_PLACES}
"""


@dataclass(frozen=True)
class ExploreQuery:
    """What is looked for; what is empty is not asked."""

    taxa: tuple[int, ...] = ()  # the taxon with all below it
    box: tuple[float, ...] = ()  # west, south, east, north
    first: date | None = None
    last: date | None = None
    instrument: str = ""

    def condition(self) -> tuple[str, dict]:
        """SQL about the tally `t`, the sample `s` and its extent `e`, with its parameters."""
        parts = ["TRUE"]
        params: dict[str, object] = {}
        if self.taxa:
            parts.append("t.taxon_id = ANY(%(taxa)s)")
            params["taxa"] = list(self.taxa)
        if self.box:
            join = "AND" if self.box[0] <= self.box[2] else "OR"
            parts.append("s.latitude BETWEEN %(south)s AND %(north)s")
            parts.append(f"(s.longitude >= %(west)s {join} s.longitude <= %(east)s)")
            params |= dict(zip(("west", "south", "east", "north"), self.box, strict=True))
        if self.first:
            parts.append("e.taken_last >= %(first)s")
            params["first"] = self.first
        if self.last:
            parts.append("e.taken_first < %(after)s")
            params["after"] = self.last + timedelta(days=1)
        if self.instrument:
            parts.append(
                "EXISTS (SELECT FROM samples_acquisition a "
                "WHERE a.sample_id = t.sample_id AND lower(a.instrument) = lower(%(instrument)s))"
            )
            params["instrument"] = self.instrument
        return " AND ".join(parts), params


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
    faces, last = _looked_at(cursor)
    by_project = _counts(query, [face.pk for face in faces])
    matching = [face for face in faces if face.pk in by_project]
    page = matching[:PAGE]
    end = page[-1].pk if len(matching) > PAGE else last
    return ExplorePage(
        projects=_described(query, page, by_project),
        places=_places(query, page),
        following=Cursor(ORDER, None, end).encode() if end else None,
        is_cut=bool(last) and len(matching) <= PAGE,
    )


def _looked_at(cursor: str | None) -> tuple[list[PublicFace], int | None]:
    """The next projects, and the last of them where there are more."""
    faces = public_faces().order_by("-pk")
    if cursor:
        after = Cursor.decode(cursor, ORDER).id
        if abs(after) > LARGEST_ID:
            raise ValidationError("`cursor` is damaged: start again without it.")
        faces = faces.filter(pk__lt=after)
    looked_at = list(faces[: MOST_LOOKED_AT + 1])
    last = looked_at[MOST_LOOKED_AT - 1].pk if len(looked_at) > MOST_LOOKED_AT else None
    return looked_at[:MOST_LOOKED_AT], last


def _counts(query: ExploreQuery, projects: list[int]) -> dict[int, list]:
    """Of those that match: of the first ones where they fill a page, else of all."""
    counts: dict[int, list] = {}
    for start in range(0, len(projects), BATCH):
        rows = _rows(COUNTS, query, projects[start : start + BATCH])
        counts |= {project: counted for project, *counted in rows}
        if len(counts) > PAGE:
            break
    return counts


def _described(query: ExploreQuery, faces: list[PublicFace], counts: dict) -> list[ExploredProject]:
    ids = [face.pk for face in faces]
    instruments: dict[int, list[str]] = defaultdict(list)
    for project, instrument in _rows(INSTRUMENTS, query, ids):
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
    frequent = _rows(FREQUENT, query, projects)
    examples = examples_of(frequent)
    pictures: dict[int, list[PublicPicture]] = defaultdict(list)
    for pair in frequent:
        if pair in examples:
            pictures[pair[0]].append(examples[pair])
    return pictures


def _places(query: ExploreQuery, faces: list[PublicFace]) -> list[list]:
    rows = _rows(PLACES, query, [face.pk for face in faces])
    return [[readable_id(name), north, east, count] for name, _, north, east, count in rows]


def _rows(statement: str, query: ExploreQuery, projects: list[int]) -> list[tuple]:
    condition, params = query.condition()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition=condition), {**params, "projects": projects})
        return cursor.fetchall()
