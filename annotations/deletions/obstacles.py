"""What is in the way of restoring objects: said in words, before anything happens."""

from collections.abc import Iterable, Sequence

from django.db import connection

from annotations.deletions.models import ObjectDeletion
from annotations.deletions.moving_to_bin import stand_ins_of
from annotations.samples.following import Selection, Transfer, conflicts_of, selection_of_ids
from annotations.samples.naming import readable_id

MOST_NAMED = 5
# samples in the bin that nothing in the project stands behind, and whose names it has
NAMES = """
SELECT t.original_id FROM samples_sample t JOIN samples_sample s ON s.project_id = %(project)s
AND s.original_id = t.original_id
WHERE t.project_id = %(bin)s AND NOT EXISTS (
    SELECT FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here) WHERE p.there = t.id AND p.here = s.id)
ORDER BY 1
"""
# stand-ins whose samples lie in another part of the bin
ELSEWHERE = """
SELECT s.original_id FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here)
JOIN samples_sample s ON s.id = p.here
WHERE s.project_id NOT IN (%(project)s, %(bin)s)
AND EXISTS (SELECT FROM samples_object o WHERE o.sample_id = p.there) ORDER BY 1
"""
# measures in µm were made with it
PIXELS = """
SELECT a.original_id, s.original_id, b.pixel_um, a.pixel_um
FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here)
JOIN samples_acquisition b ON b.id = p.there JOIN samples_acquisition a ON a.id = p.here
JOIN samples_sample s ON s.id = a.sample_id
WHERE a.pixel_um IS DISTINCT FROM b.pixel_um ORDER BY 1
"""


def obstacles_of(deletion: ObjectDeletion) -> list[str]:
    """Nothing is restored while there are any."""
    assert deletion.bin is not None
    objects = "SELECT o.id FROM samples_object o WHERE o.project_id = %s"
    selection = Selection(Transfer(deletion.bin, deletion.project, None), objects, [deletion.bin.pk])
    return [*obstacles_of_samples(deletion), *map(str, conflicts_of(selection))]


def obstacles_of_chunk(transfer: Transfer, ids: Sequence[int]) -> list[str]:
    return [str(conflict) for conflict in conflicts_of(selection_of_ids(transfer, ids))]


def obstacles_of_samples(deletion: ObjectDeletion) -> list[str]:
    stand_ins = stand_ins_of(deletion)
    stand_ins.follow()
    return [
        *_sentences(
            (name for (name,) in _rows(NAMES, deletion, stand_ins.samples)),
            "has a name that another sample of the project has by now. Rename that one, then restore.",
        ),
        *_sentences(
            (name for (name,) in _rows(ELSEWHERE, deletion, stand_ins.samples)),
            "was deleted too, later: restore that first.",
        ),
        *(
            f"Acquisition {readable_id(name)} of {readable_id(sample)}: its pixel was {_micrometres(then)} when its "
            f"objects were deleted, and is {_micrometres(now)} now. Give it the former one, restore, then correct it."
            for name, sample, then, now in _rows(PIXELS, deletion, stand_ins.acquisitions)
        ),
    ]


def _rows(statement: str, deletion: ObjectDeletion, pairs: list[list[int]]) -> list[tuple]:
    params = {
        "project": deletion.project_id,
        "bin": deletion.bin_id,
        "there": [there for there, _ in pairs],
        "here": [here for _, here in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def _sentences(names: Iterable[str], what: str) -> list[str]:
    named = list(names)
    sentences = [f"Sample {readable_id(name)} {what}" for name in named[:MOST_NAMED]]
    if len(named) > MOST_NAMED:
        sentences.append(f"So it is with {len(named) - MOST_NAMED:,} samples more.")
    return sentences


def _micrometres(side: float | None) -> str:
    return "unknown" if side is None else f"{side:g} µm"
