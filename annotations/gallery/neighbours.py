"""The nearest labelled objects as pages and the API show them."""

from annotations.search.rows import rows
from annotations.similarity.neighbours import Neighbourhood

MOST_PROPOSALS = 3  # proposals


def neighbours_as_json(project_id: int, neighbourhood: Neighbourhood) -> dict:
    """Neighbours as rows of objects with their distance, proposals with the name of their taxon."""
    shapes = {row["id"]: row for row in rows(project_id, [each.id for each in neighbourhood.neighbours])}
    near = [
        shapes[each.id] | {"distance": each.distance}
        for each in neighbourhood.neighbours
        if each.id in shapes
    ]
    taxa = {row["taxon"]["id"]: row["taxon"] for row in near if row["taxon"]}
    proposals = [
        {"taxon": taxa[each.taxon], "votes": each.votes, "share": each.share}
        for each in neighbourhood.proposals
        if each.taxon in taxa
    ]
    return {
        "neighbours": near,
        "proposals": proposals[:MOST_PROPOSALS],
        "kind": neighbourhood.kind,
    }
