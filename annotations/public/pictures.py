"""Pictures of what is public: one of each of some taxa, along the index of taxon and state."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from annotations.pictures.derivatives import thumbnail_url
from annotations.pictures.plain import plain_url
from annotations.public.models import PublicFace
from annotations.public.queries import PublicTaxon
from annotations.samples.queries import first_image

# V is the last of the letters, so a validated object comes first where others are public, too
EXAMPLES = f"""
SELECT n.project, n.taxon, example.id, i.key, i.width, i.height
FROM unnest(%s::bigint[], %s::bigint[]) AS n (project, taxon)
JOIN public_publicface f ON f.project_id = n.project
CROSS JOIN LATERAL (
    SELECT o.id FROM samples_object o
    WHERE o.project_id = n.project AND o.taxon_id = n.taxon AND (f.has_all_states OR o.state = 'V')
    ORDER BY o.state DESC, o.id DESC LIMIT 1
) example
{first_image("example.id")}
"""


@dataclass(frozen=True)
class PublicPicture:
    object: int
    thumbnail: str  # its address
    width: int
    height: int


def examples_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], PublicPicture]:
    """For (project, taxon) a picture of a public object, where there is one."""
    projects, taxa = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES, [list(projects), list(taxa)])
        return {
            (project, taxon): PublicPicture(
                number, thumbnail_url(plain_url(key), width, height), width, height
            )
            for project, taxon, number, key, width, height in cursor.fetchall()
        }


def pictures_of_taxa(
    face: PublicFace, taxa: Iterable[PublicTaxon], most: int
) -> list[tuple[PublicTaxon, PublicPicture]]:
    """Of the most frequent taxa that have one."""
    frequent = [each for each in taxa if each.taxon][:most]
    examples = examples_of((face.pk, each.taxon) for each in frequent if each.taxon)
    return [
        (each, examples[face.pk, each.taxon])
        for each in frequent
        if each.taxon and (face.pk, each.taxon) in examples
    ]
