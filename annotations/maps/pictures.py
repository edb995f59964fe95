"""The pictures of a few points of the map, and what their objects are called."""

from annotations.pictures.derivatives import thumbnail_url
from annotations.search.rows import rows
from annotations.taxonomy.ranks import italic_among

MOST = 200  # pictures a request


def pictures_of(project_id: int, ids: list[int]) -> list[dict]:
    """{id, url, width, height, name, is_italic, state, original_id} of those that are the project's."""
    objects = rows(project_id, ids[:MOST], columns=[])
    italic = italic_among({row["taxon"]["id"] for row in objects if row["taxon"]})
    return [_picture(row, italic) for row in objects if row["images"]]


def _picture(row: dict, italic: set[int]) -> dict:
    image = row["images"][0]
    return {
        "id": row["id"],
        "url": thumbnail_url(image["url"], image["width"], image["height"]),
        "width": image["width"],
        "height": image["height"],
        "name": row["taxon"]["name"] if row["taxon"] else "",
        "is_italic": bool(row["taxon"]) and row["taxon"]["id"] in italic,
        "state": row["state"],
        "original_id": row["original_id"],
    }
