"""Starting a search for near-duplicates, and what it keeps: pairs while it runs, groups when it ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.similarity.models import DuplicateGroup, DuplicateSearch, NearPair
from annotations.similarity.queries import own_space

THRESHOLD = 0.01  # cosine distance
FARTHEST = 0.2  # beyond, one looks for what is alike, not for duplicates

# objects whose first picture is the same file, each joined to the first of them
SAME_FILE = """
INSERT INTO similarity_nearpair (project_id, first, second, distance)
SELECT project_id, first, id, -1 FROM (
    SELECT o.project_id, o.id, min(o.id) OVER (PARTITION BY i.key) AS first
    FROM samples_object o JOIN samples_image i ON i.object_id = o.id AND i.rank = (
        SELECT min(rank) FROM samples_image WHERE object_id = o.id)
    WHERE o.project_id = %s
) pictures WHERE id <> first ON CONFLICT DO NOTHING"""

KEEP_PAIRS = """
INSERT INTO similarity_nearpair (project_id, first, second, distance)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::float8[]) ON CONFLICT DO NOTHING"""

# what somebody has said to be no duplicates: both objects are in one group that was kept
OPEN_PAIRS = """
SELECT p.first, p.second, p.distance FROM similarity_nearpair p
WHERE p.project_id = %s AND (p.first, p.second) > (%s, %s) AND NOT EXISTS (
    SELECT FROM similarity_duplicatemember a
    JOIN similarity_duplicatemember b ON b.group_id = a.group_id AND b.object_id = p.second
    JOIN similarity_duplicategroup g ON g.id = a.group_id AND g.is_kept
    WHERE a.object_id = p.first)
ORDER BY p.first, p.second LIMIT %s"""
PAIRS_AT_ONCE = 200_000  # some 40 MB as they come from the database

KEEP_MEMBERS = """
INSERT INTO similarity_duplicatemember (group_id, object_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"""
MEMBERS_AT_ONCE = 50_000

# int (n,), int (n,) and float (n,): objects, those that they are near, and the distances
PairsBlock = tuple[np.ndarray, np.ndarray, np.ndarray]

# a search takes minutes: what was deleted or moved meanwhile is in no group, and what is stays until they are written
HELD = (
    "SELECT o.id FROM samples_object o WHERE o.project_id = %s AND o.id = ANY(%s) ORDER BY o.id FOR KEY SHARE"
)


def start_search(*, project: Project, user: User | None, threshold: float = THRESHOLD) -> Job:
    """Raises ValidationError for a threshold out of bounds, or where nothing can be compared yet."""
    if not 0 <= threshold <= FARTHEST:
        raise ValidationError(
            {"threshold": f"The distance is {threshold:g}, but takes 0 to {FARTHEST}: 0.01 is a good start."}
        )
    space = own_space(project)
    if space is None:
        raise ValidationError("Objects of this project cannot be compared yet: see Settings › Similarity.")
    params = {"threshold": threshold, "space": space.pk}
    return start_job(kind="find_duplicates", owner=user, project=project, params=params)


@transaction.atomic
def begin_search(*, project: Project) -> None:
    """Throws away the pairs of a search that came to no end, and notes which pictures are the same file."""
    NearPair.objects.filter(project=project).delete()
    with connection.cursor() as cursor:
        cursor.execute(SAME_FILE, [project.pk])


def keep_pairs(*, project_id: int, pairs: Sequence[tuple[int, int, float]]) -> None:
    """(object, object with a larger number, distance). Safe to do twice."""
    if pairs:
        first, second, distances = (list(column) for column in zip(*pairs, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(KEEP_PAIRS, [project_id, first, second, distances])


def open_pairs(project_id: int) -> Iterator[PairsBlock]:
    """The pairs of the search in blocks; distance -1 for the same file. Without what somebody has settled."""
    last: tuple[int, int] = (0, 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OPEN_PAIRS, [project_id, *last, PAIRS_AT_ONCE])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][:2]
        first, second, distances = zip(*rows, strict=True)
        yield np.array(first, np.int64), np.array(second, np.int64), np.array(distances, float)


@dataclass(frozen=True)
class FoundGroup:
    """Objects, the oldest first, and the largest distance that joined two of them; -1 where all are one file."""

    ids: tuple[int, ...]
    distance: float
    taxa: int = 1  # different ones among its validated objects

    @property
    def is_contradictory(self) -> bool:
        return self.taxa > 1


@transaction.atomic
def finish_search(
    *, project: Project, groups: Sequence[FoundGroup], threshold: float, space: int, compared: int
) -> None:
    """Puts the groups in the place of those of the search before; what was kept stays. Contradictions come first."""
    DuplicateGroup.objects.filter(project=project, is_kept=False).delete()
    ordered = sorted(
        _still_here(project, groups),
        key=lambda group: (not group.is_contradictory, group.distance, group.ids),
    )
    created = DuplicateGroup.objects.bulk_create(
        DuplicateGroup(
            project=project,
            place=place,
            is_contradictory=group.is_contradictory,
            is_exact=group.distance < 0,
            distance=max(group.distance, 0.0),
        )
        for place, group in enumerate(ordered, 1)
    )
    _keep_members((row.pk, pk) for row, group in zip(created, ordered, strict=True) for pk in group.ids)
    NearPair.objects.filter(project=project).delete()
    DuplicateSearch.objects.update_or_create(
        project=project,
        defaults={
            "space_id": space,
            "threshold": threshold,
            "objects_compared": compared,
            "finished": timezone.now(),
        },
    )


def _keep_members(members: Iterable[tuple[int, int]]) -> None:
    """(group, object), as rows of a table: of a million, objects of Python would take a GB."""
    rows = iter(members)
    while some := list(islice(rows, MEMBERS_AT_ONCE)):
        groups, objects = (list(column) for column in zip(*some, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(KEEP_MEMBERS, [groups, objects])


def _still_here(project: Project, groups: Sequence[FoundGroup]) -> list[FoundGroup]:
    """The groups with those of their objects that are the project's by now; of one object alone there is no group."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [project.pk, [pk for group in groups for pk in group.ids]])
        here = {pk for (pk,) in cursor.fetchall()}
    present = (replace(group, ids=tuple(pk for pk in group.ids if pk in here)) for group in groups)
    return [group for group in present if len(group.ids) > 1]
