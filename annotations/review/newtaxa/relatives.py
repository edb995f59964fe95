"""The known taxa that objects are nearest to, and where in the tree a new one belongs because of these."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from annotations.pictures.keys import image_url
from annotations.review.planning.proposals import nearest_named, scores_of
from annotations.samples.queries import first_image
from annotations.similarity.vectors import best_space, vectors_of
from annotations.taxonomy.models import Taxon, TaxonStatus
from annotations.taxonomy.replacements import in_use

MOST = 3  # relatives that a page names: more tell nothing of where it belongs
MOST_OF_THEM = 2 / 3  # of the relatives, by their shares, lie below the ancestor that is proposed

PICTURES = f"""
SELECT near.id, i.key, i.width, i.height FROM unnest(%s::bigint[]) AS near (id) {first_image("near.id")}
"""
EXAMPLES = """
SELECT near.taxon, example.id FROM unnest(%s::bigint[]) AS near (taxon) CROSS JOIN LATERAL (
    SELECT id FROM samples_object WHERE project_id = %s AND taxon_id = near.taxon AND state = 'V' LIMIT 1
) example
"""


@dataclass(frozen=True)
class Relative:
    """A known taxon: `share`, 0 to 1, is that of the nearest named objects, or what a model's scores say on average."""

    taxon: Taxon
    share: float
    picture: dict | None  # url, width, height: of the nearest object that people have named so


@dataclass(frozen=True)
class Relatives:
    """The nearest first; `is_by_similarity` where objects were compared, else a model's scores speak."""

    nearest: list[Relative]
    is_by_similarity: bool
    ancestor: Taxon | None  # below which most of the relatives lie


def relatives_of(project_id: int, ids: list[int]) -> Relatives:
    """By similarity to what people have named, where that is known, else by a model's scores."""
    examples = _named_nearby(project_id, ids)
    shares: dict[int, float] = {taxon: len(objects) for taxon, objects in examples.items()}
    nearby = {taxon: objects[0] for taxon, objects in examples.items()}
    total: float = sum(shares.values())
    if not shares:
        shares = {taxon: sum(scores.values()) for taxon, scores in scores_of(ids, {}).items()}
        total = len(ids)
    return _relatives({taxon: share / total for taxon, share in shares.items()}, nearby, project_id)


def common_ancestor(shares: Mapping[int, float]) -> Taxon | None:
    """The lowest taxon in use at or below which two thirds of the taxa lie, by their shares; where no taxon has so
    many below it, the lowest in use at or above the taxon of the greatest share. None where there are no taxa."""
    paths = dict(Taxon.objects.filter(pk__in=shares).values_list("pk", "path"))
    if not paths:
        return None
    below: dict[int, float] = defaultdict(float)
    for taxon, path in paths.items():
        for ancestor in path:
            below[ancestor] += shares[taxon]
    enough = MOST_OF_THEM * sum(shares[taxon] for taxon in paths)
    usual = {ancestor for ancestor, share in below.items() if share >= enough - 1e-9}
    nearest = max(paths, key=lambda taxon: (shares[taxon], -taxon))
    active = Taxon.objects.filter(pk__in=usual or paths[nearest], status=TaxonStatus.ACTIVE)
    return max(active, key=lambda taxon: len(taxon.path), default=None)


def _named_nearby(project_id: int, ids: list[int]) -> dict[int, list[int]]:
    """taxon → objects of it, the nearest first, among the few that are nearest to the middle of the objects."""
    space = best_space(project_id)
    _, vectors = vectors_of(space, ids)
    if space is None or not len(vectors):
        return {}
    pairs = nearest_named(project_id, space, vectors.mean(axis=0))
    became = in_use({taxon for _, taxon in pairs})
    objects: dict[int, list[int]] = defaultdict(list)
    for object_id, taxon in pairs:
        objects[became[taxon]].append(object_id)
    return objects


def _relatives(shares: dict[int, float], nearby: dict[int, int], project_id: int) -> Relatives:
    order = sorted(shares, key=lambda taxon: (-shares[taxon], taxon))[:MOST]
    taxa = Taxon.objects.in_bulk(order)
    examples = nearby or _examples(project_id, order)
    pictures = _pictures([examples[taxon] for taxon in order if taxon in examples])
    nearest = [
        Relative(taxa[taxon], shares[taxon], pictures.get(examples.get(taxon, -1)))
        for taxon in order
        if taxon in taxa
    ]
    return Relatives(nearest, bool(nearby), common_ancestor(shares))


def _examples(project_id: int, taxa: list[int]) -> dict[int, int]:
    """taxon → an object that people have named so."""
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES, [taxa, project_id])
        return dict(cursor.fetchall())


def _pictures(ids: list[int]) -> dict[int, dict]:
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [ids])
        return {
            object_id: {"url": image_url(key), "width": width, "height": height}
            for object_id, key, width, height in cursor.fetchall()
        }
