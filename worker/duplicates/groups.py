"""Groups of near-duplicates out of pairs: what hangs together by them, of millions of pairs within some dozen MB."""

from collections.abc import Iterable

import numpy as np
from django.db import connection
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from annotations.similarity.duplicates.searching import FoundGroup, PairsBlock, open_pairs

IDS = "SELECT id FROM samples_object WHERE project_id = %s ORDER BY id"
VALIDATED = """
SELECT id, taxon_id FROM samples_object
WHERE project_id = %s AND state = 'V' AND taxon_id IS NOT NULL AND id = ANY(%s)"""
AT_ONCE = 50_000  # objects whose taxa are asked for


def groups_in(project_id: int) -> list[FoundGroup]:
    """Of the pairs that a search has kept, with how many taxa people have given each group."""
    with connection.cursor() as cursor:
        cursor.execute(IDS, [project_id])
        ids = np.fromiter((pk for (pk,) in cursor.fetchall()), np.int64)
    group_of, widest = hanging_together(ids, open_pairs(project_id))
    return _groups(project_id, ids, group_of, widest)


def hanging_together(ids: np.ndarray, blocks: Iterable[PairsBlock]) -> tuple[np.ndarray, np.ndarray]:
    """The group of each object, int (n,), and the largest distance of a pair of each, float (n,); -2 without a pair.

    `ids` is int (n,), rising. Only a block of pairs is held at a time; those of objects that are gone are left out.
    """
    group_of, widest = np.arange(len(ids)), np.full(len(ids), -2.0)
    for first, second, distances in blocks:
        ends, are_here = _places(ids, first, second)
        a, b = ends[:, are_here]
        np.maximum.at(widest, a, distances[are_here])
        np.maximum.at(widest, b, distances[are_here])
        links = coo_array((np.ones(len(a), bool), (group_of[a], group_of[b])), shape=(len(ids), len(ids)))
        group_of = connected_components(links, directed=False)[1][group_of]
    return group_of, widest


def _places(ids: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where both ends of the pairs are among the ids, int (2, pairs), and whether both are there, bool (pairs,)."""
    numbers = np.stack([first, second])
    ends = np.minimum(np.searchsorted(ids, numbers), max(len(ids) - 1, 0))
    return ends, (ids[ends] == numbers).all(axis=0) if len(ids) else np.zeros(len(first), bool)


def _groups(project_id: int, ids: np.ndarray, group_of: np.ndarray, widest: np.ndarray) -> list[FoundGroup]:
    paired = np.flatnonzero(widest > -2)
    ordered = paired[np.argsort(group_of[paired], kind="stable")]  # within a group the oldest first
    starts = np.flatnonzero(np.diff(group_of[ordered], prepend=-1))
    taxa = _taxa(project_id, ids[ordered])
    return [
        FoundGroup(
            tuple(ids[some].tolist()), float(widest[some].max()), len(set(taxa[at : at + len(some)]) - {0})
        )
        for at, some in zip(starts.tolist(), np.split(ordered, starts[1:]), strict=False)
        if len(some)
    ]


def _taxa(project_id: int, ids: np.ndarray) -> list[int]:
    """The taxon that people have validated each object as; 0 for none."""
    taxa: list[int] = []
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE].tolist()
        with connection.cursor() as cursor:
            cursor.execute(VALIDATED, [project_id, some])
            validated = dict(cursor.fetchall())
        taxa += [validated.get(pk, 0) for pk in some]
    return taxa
