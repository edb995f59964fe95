"""The pictures of a few points of the map, and what their objects are called."""

from annotations.pictures.derivatives import thumbnail_url
from annotations.search.rows import rows

MOST = 200  # pictures a request


def pictures_of(project_id: int, ids: list[int]) -> list[dict]:
    """{id, url, width, height, name, state, original_id, pixel_um} of those that are the project's."""
    return [_picture(row) for row in rows(project_id, ids[:MOST], with_fields=False) if row["images"]]


def _picture(row: dict) -> dict:
    image = row["images"][0]
    return {
        "id": row["id"],
        "url": thumbnail_url(image["url"], image["width"], image["height"]),
        "width": image["width"],
        "height": image["height"],
        "name": row["taxon"]["name"] if row["taxon"] else "",
        "state": row["state"],
        "original_id": row["original_id"],
    }
